import { htmlOf, oneLine, textOf, type Message } from './mail-layout.js'

/** What the templates are filled with. */
export interface MailContents {
  /** The origin that links lead to. */
  appUrl: string
  /** Whom to greet: a name somebody gave himself. */
  name: string | null
  at: Date
  /** The secret of a link. */
  token?: string
  ip?: string
  /** Words of ours: what a caller says of himself has no place in a mail. */
  device?: string
  newEmail?: string
}

interface Filled {
  site: string
  /** When it was done, and where from. */
  done: string
  newEmail: string
  link: (label: string, path: string) => { label: string, url: string }
}

const notYou = (site: string) => `If that was not you, go to ${site}, say that you forgot your password, and choose a new one now. That signs out everybody else.`

/** Every mail we send, by its kind. Those that confirm an address greet nobody by name: it may be a stranger's. */
const templates = {
  verify_email: ({ site, link }) => ({
    subject: `Confirm your email address for ${site}`,
    says: [`An account at ${site} was opened with this address. Please confirm that it is yours.`],
    link: link('Confirm my address', '/verify-email'),
    then: ['The link works once, within 24 hours.', `If you did not open an account at ${site}, you need not do anything.`]
  }),
  change_email: ({ site, link }) => ({
    subject: `Confirm your new email address for ${site}`,
    says: [`Somebody who is signed in at ${site} asked to use this address from now on. Please confirm that it is yours; then the account changes to it.`],
    link: link('Confirm my new address', '/verify-email'),
    then: ['The link works once, within 24 hours.', 'If that was not you, you need not do anything: the account keeps its address.']
  }),
  reset_password: ({ site, link }) => ({
    subject: `Choose a new password for ${site}`,
    says: [`Somebody asked for a new password for your account at ${site}. If that was you, choose one here.`],
    link: link('Choose a new password', '/reset-password'),
    then: ['The link works once, within one hour. Pass it on to nobody.', 'If that was not you, you need not do anything: your password stays as it is.']
  }),
  password_changed: ({ site, done }) => ({
    subject: `Your password for ${site} was changed`,
    says: [`The password of your account at ${site} was changed ${done}. Other devices were signed out.`],
    then: [`If that was you, all is well. ${notYou(site)}`]
  }),
  email_change_requested: ({ site, done, newEmail }) => ({
    subject: `A new email address for your account at ${site}`,
    says: [`Somebody who is signed in asked that your account at ${site} use the address ${newEmail}. That was ${done}. It does so once that address is confirmed.`],
    then: [`If that was you, all is well. ${notYou(site)}`]
  }),
  email_changed: ({ site, done, newEmail }) => ({
    subject: `The email address of your account at ${site} was changed`,
    says: [`Your account at ${site} has used the address ${newEmail} since it was confirmed ${done}. This address gets no more mail about it.`],
    then: [`If that was not you, tell whoever runs ${site} at once.`]
  }),
  reuse_detected: ({ site, done }) => ({
    subject: `A device was signed out of ${site}`,
    says: [
      `An outdated copy of one of your sign-ins at ${site} was used ${done}. Somebody may have copied it, so that device was signed out. Your other devices stay signed in.`,
      'Sign in again where you were signed out.'
    ],
    then: [`If you have an idea how this came about, all may be well. ${notYou(site)}`]
  })
} satisfies Record<string, (filled: Filled) => Message>

export type MailTemplate = keyof typeof templates

const strangers = new Set<MailTemplate>(['verify_email', 'change_email'])

/** A name as a greeting says it; none that could pass for a message of its own. */
function greetingOf (name: string | null) {
  return name !== null && /^[\p{L}\p{M}'’ -]{1,40}$/u.test(name) ? `Hello ${name},` : 'Hello,'
}

const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })

/** Subject, text and HTML of a mail. */
export function composeMail (kind: MailTemplate, { appUrl, name, at, token = '', ip, device, newEmail = 'another address' }: MailContents) {
  const template: (filled: Filled) => Message = templates[kind]
  const { subject, says, link, then } = template({
    site: new URL(appUrl).host,
    done: `on ${moment.format(at)} UTC${ip === undefined ? '' : `, from ${ip}`}${device === undefined ? '' : `, with ${device}`}`,
    newEmail,
    link: (label, path) => ({ label, url: `${appUrl}${path}?token=${token}` })
  })
  const message = { subject: oneLine(subject), says: [greetingOf(strangers.has(kind) ? null : name), ...says], ...(link === undefined ? {} : { link }), then }
  return { subject: message.subject, text: textOf(message), html: htmlOf(message), link: link?.url }
}
