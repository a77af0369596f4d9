import type { Event, EventType } from '../../client/index.js'

export const eventWords: Record<EventType, string> = {
  'user.registered': 'Account opened',
  'user.updated': 'Profile changed',
  'user.role_changed': 'Role changed',
  'user.disabled': 'Account disabled',
  'user.enabled': 'Account enabled',
  'user.deleted': 'Account deleted',
  'login.succeeded': 'Signed in',
  'login.failed': 'Sign-in failed',
  'login.throttled': 'Sign-in refused: too many attempts',
  'session.refreshed': 'Session renewed',
  'session.ended': 'Session ended',
  'session.reuse_detected': 'Outdated token used',
  'password.changed': 'Password changed',
  'password.reset_requested': 'New password asked for',
  'password.reset': 'Password reset by mail',
  'email.verification_sent': 'Verification mailed',
  'email.verified': 'Address verified',
  'email.change_requested': 'Change of address asked for',
  'email.changed': 'Address changed'
}

const reasons: Record<string, string> = {
  changed_meanwhile: 'the account changed meanwhile',
  disabled: 'the account is disabled',
  everyone: 'everybody was signed out',
  logout: 'signed out',
  password_changed: 'the password was changed',
  password_reset: 'the password was reset',
  replaced: 'another session took its place',
  reuse: 'an outdated token was used',
  revoked: 'ended by its user or an administrator',
  too_many: 'too many sessions',
  unknown_email: 'unknown address',
  user_deleted: 'the account was deleted',
  user_disabled: 'the account was disabled',
  wrong_password: 'wrong password'
}

/** What else is known of an event, in words where there are some. */
export function detailWords ({ detail }: Pick<Event, 'detail'>): string {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => name === 'because' ? reasons[String(value)] ?? String(value) : name === 'times' ? `${String(value)} times` : `${name}: ${String(value)}`)
    .join(', ')
}
