/** Every `code` that an answer of the server may carry, and the two that stand for no answer of it. */
export type ErrorCode =
  | 'busy' | 'cross_site_request' | 'email_taken' | 'forbidden' | 'headers_too_large' | 'internal' | 'invalid_client' | 'invalid_credentials'
  | 'keys_elsewhere' | 'last_admin'
  | 'malformed_json' | 'malformed_request' | 'not_found' | 'password_too_weak' | 'payload_too_large' | 'request_timeout' | 'rotation_under_way'
  | 'token_invalid' | 'token_missing' | 'too_many_attempts' | 'too_many_requests' | 'unavailable' | 'unsupported_media_type'
  | 'validation_failed' | 'wrong_password'
  | 'network' | 'unexpected_answer'

/** One thing that is wrong with what was sent: where, as a path such as `/email`, and what. */
export interface Fault { path: string, message: string }

export interface Failure {
  status: number
  code: ErrorCode | (string & {})
  message: string
  errors?: Fault[]
  retryAfter?: number
}

/**
 * What every method throws when it could not be done. Programs go by `code`, which does not change; `message` is for people.
 *
 * ```ts
 * try {
 *   await auth.register({ name, email, password })
 * } catch (error) {
 *   if (!(error instanceof GatehouseError)) throw error
 *   if (error.code === 'email_taken') …
 *   for (const { path, message } of error.errors) …
 * }
 * ```
 */
export class GatehouseError extends Error {
  override readonly name = 'GatehouseError'
  /** The HTTP status; 0 when no answer came. */
  readonly status: number
  /** The server's code; `network` when no answer came in time, `unexpected_answer` for one that is not Gatehouse's. */
  readonly code: ErrorCode | (string & {})
  /** With `validation_failed`, every fault of what was sent; else empty. */
  readonly errors: readonly Fault[]
  /** After how many seconds to try again, when the server (429, 503) or the client's own restraint says so. */
  readonly retryAfter: number | undefined

  constructor ({ status, code, message, errors = [], retryAfter }: Failure, cause?: unknown) {
    super(message, { cause })
    this.status = status
    this.code = code
    this.errors = errors
    this.retryAfter = retryAfter
  }
}

// Seconds, or a date (RFC 9110, section 10.2.3).
function secondsOf (retryAfter: string | null): number | undefined {
  if (retryAfter === null) return undefined
  const seconds = Number.isNaN(Number(retryAfter)) ? (Date.parse(retryAfter) - Date.now()) / 1000 : Number(retryAfter)
  return seconds > 0 ? Math.ceil(seconds) : undefined
}

/** No answer: no network, no server, or none in time. */
export const noAnswer = (cause: unknown) => new GatehouseError({ status: 0, code: 'network', message: 'The server cannot be reached' }, cause)

/** What an answer of the server says. @throws GatehouseError */
export async function answerOf (response: Response): Promise<unknown> {
  const { status } = response
  if (status === 204) return undefined
  const answer = await response.json().catch(() => undefined) as Partial<Omit<Failure, 'status'>> & { status?: string } | null | undefined
  if (response.ok && answer?.status === 'success') return answer
  const { code = 'unexpected_answer', message = `The server answered ${status}`, errors } = (response.ok ? undefined : answer) ?? {}
  const retryAfter = secondsOf(response.headers.get('retry-after'))
  throw new GatehouseError({ status, code, message, ...(errors && { errors }), ...(retryAfter && { retryAfter }) })
}
