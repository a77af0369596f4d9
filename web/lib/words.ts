import { GatehouseError } from '../../client/index.js'

const seconds = (count: number) => count < 90 ? `${count} seconds` : `${Math.ceil(count / 60)} minutes`

const sentences: Record<string, (error: GatehouseError) => string> = {
  busy: () => 'The server is busy. Please try again in a moment.',
  cross_site_request: () => 'This page may not do that from here. Open it at its own address.',
  email_taken: () => 'This address has an account already. Sign in instead, or choose a new password if you forgot yours.',
  forbidden: () => 'You may not do that.',
  invalid_credentials: () => 'That email and password do not belong together. Please check both.',
  keys_elsewhere: () => 'These keys can only be followed by others where they are kept.',
  last_admin: () => 'This is the last administrator. Make somebody else one first.',
  network: () => 'The server cannot be reached. Please check your connection and try again.',
  not_found: () => 'This is not there any more.',
  rotation_under_way: () => 'Somebody else has just made the next keys. They wait to sign; there is nothing to do.',
  token_invalid: ({ status, message }) => status === 401 ? 'You are not signed in any more.' : `${message}.`,
  too_many_attempts: ({ retryAfter = 1 }) => `Too many attempts. Please wait ${seconds(retryAfter)} before the next one.`,
  too_many_requests: ({ retryAfter = 1 }) => `Too many requests. Please wait ${seconds(retryAfter)} before the next one.`,
  validation_failed: () => 'Some of this is not as it should be. Please check it.',
  wrong_password: () => 'That is not your current password.'
}

/** What to tell a person of something that failed. */
export function wordsFor (error: unknown): string {
  if (!(error instanceof GatehouseError)) throw error
  const say = sentences[error.code]
  if (say !== undefined) return say(error)
  return error.status >= 500 || error.status === 0 ? 'The server is in trouble. Please try again in a moment.' : `${error.message}.`
}
