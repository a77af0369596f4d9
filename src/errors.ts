import createError from '@fastify/error'

export interface Fault { path: string, message: string }

/** A class of errors, by what its answers say: the document of the API tells of them by it. */
export interface Failing { readonly answer: { readonly statusCode: number, readonly code: string, readonly message: string } }

/** Every code there is. */
export const codes: string[] = []

// The codes are the contract's, as they are written there: the library would have them in capitals.
function defineError <Code extends string> (code: Code, message: string, statusCode: number, { traced = true } = {}) {
  if (!codes.includes(code)) codes.push(code)
  return class extends createError(code, message, statusCode, Error, traced) {
    static readonly answer = { statusCode, code, message }
    override code = code
  }
}

export const EmailTaken = defineError('email_taken', 'That email address has an account already', 409)
export const Forbidden = defineError('forbidden', 'You may not do that', 403)
export const CrossSiteRequest = defineError('cross_site_request', 'This request came from a page of another site', 403)
export const InvalidCredentials = defineError('invalid_credentials', 'Invalid email or password', 401)
export const InvalidClient = defineError('invalid_client', 'Unknown client, or wrong secret', 401)
export const WrongPassword = defineError('wrong_password', 'That is not the current password', 403)
export const LastAdmin = defineError('last_admin', 'This is the last administrator: make somebody else one first', 409)
export const RotationUnderWay = defineError('rotation_under_way', 'A key waits to sign already: rotate again once it does', 409)
export const EmailTokenInvalid = defineError('token_invalid', 'The link has been used, replaced by a newer one, or is too old: ask for a new one', 400)
export const MalformedJson = defineError('malformed_json', 'The body is not valid JSON', 400)
export const MalformedRequest = defineError('malformed_request', 'The request is malformed', 400)
export const HeadersTooLarge = defineError('headers_too_large', 'The headers of the request are too large', 431)
export const RequestTimeout = defineError('request_timeout', 'The request took too long to arrive', 408)
export const NotFound = defineError('not_found', 'There is nothing here', 404)
export const PayloadTooLarge = defineError('payload_too_large', 'The body is larger than 16 KiB', 413)
export const TokenMissing = defineError('token_missing', 'You are not logged in: no token came with the request', 401)
export const Internal = defineError('internal', 'Something went wrong on our side', 500)

/** `reason` is one of our own fixed words, for the log alone: the answer never says why. */
export class TokenInvalid extends defineError('token_invalid', 'You are not logged in: the token is not valid', 401) {
  readonly reason: string
  constructor (reason: string) {
    super()
    this.reason = reason
  }
}

export class ValidationFailed extends defineError('validation_failed', 'Some fields are not as they should be', 400) {
  readonly errors: Fault[]
  constructor (errors: Fault[]) {
    super()
    this.errors = errors
  }
}

export class UnsupportedMediaType extends defineError('unsupported_media_type', 'The body must be %s', 415) {
  static override readonly answer = { statusCode: 415, code: 'unsupported_media_type' as const, message: 'The body is not of the content type that the route takes' }
  constructor (wanted = 'application/json') {
    super(wanted)
  }
}

export class PasswordTooWeak extends defineError('password_too_weak', 'The password is too easily guessed', 400) {
  constructor (weakness: string) {
    super()
    this.message = weakness
  }
}

/** `remedy` says where the keys are to be made instead. */
export class KeysElsewhere extends defineError('keys_elsewhere', 'The signing keys are not made here', 409) {
  constructor (remedy: string) {
    super()
    this.message = remedy
  }
}

/** Trouble that passes: the answer carries `Retry-After`. It comes by the thousand, and a trace of each would add to the trouble. */
const retryable = (code: string, message: string, status: number) =>
  class extends defineError(code, message, status, { traced: false }) {
    readonly retryAfterSeconds: number
    constructor (seconds = 1, cause?: unknown) {
      super()
      this.retryAfterSeconds = Math.max(1, Math.ceil(seconds))
      if (cause !== undefined) this.cause = cause
    }
  }

export const TooManyAttempts = retryable('too_many_attempts', 'Too many attempts: wait before the next one', 429)
export const TooManyRequests = retryable('too_many_requests', 'Too many requests: wait before the next one', 429)
export const Busy = retryable('busy', 'The server is busy: try again in a moment', 503)
export const Unavailable = retryable('unavailable', 'The server cannot say right now: try again in a moment', 503)
