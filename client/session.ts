import type { Tokens } from '../schemas.js'
import type { Credentials } from './credentials.js'
import { answerOf, GatehouseError, noAnswer } from './error.js'
import type { createNews, Outcome } from './news.js'
import type { InTurn, Turn } from './turns.js'

/** Whether the server, and not a proxy before it, says that nobody is signed in. */
export const isSignedOut = (error: unknown): boolean =>
  error instanceof GatehouseError && error.status === 401 && error.code.startsWith('token_')

interface Shown { at: number, token: string | undefined }

export interface SessionOptions {
  credentials: Credentials
  news: ReturnType<typeof createNews>
  inTurn: InTurn
  /** One request to the server, whatever its answer. */
  send: (method: string, path: string, body?: object, token?: string) => Promise<Response>
}

/** The session of this browser or this program: what keeps it, renews it, and notices its end. */
export function createSession ({ credentials, news, inTurn, send }: SessionOptions) {
  // A page may see the cookie of another tab's login later than it hears of the login.
  const nobody = () => credentials.signedIn() === false && news.signedIn() !== true

  let failures = 0
  let renewing: Promise<boolean> | undefined

  /** Takes a turn at the tokens, and tells everybody how it came out. */
  const settle = async <Result>(act: (before: Outcome | undefined) => Promise<Turn<Result>>): Promise<Result> => await inTurn(async (before) => {
    const own = news.latest()
    const turn = await act(before !== undefined && before.at > (own?.at ?? 0) ? before : own)
    if (turn.outcome !== undefined) news.tell(turn.outcome)
    return turn
  })

  async function trade (body: object): Promise<Outcome> {
    try {
      await credentials.keep(await answerOf(await send('POST', 'auth/refresh', body)) as Tokens)
      failures = 0
      return { type: 'refreshed', at: Date.now() }
    } catch (error) {
      const { status, code, message, retryAfter = 0 } = error instanceof GatehouseError ? error : noAnswer(error)
      if (isSignedOut(error)) {
        await credentials.drop()
        return { type: 'signedOut', at: Date.now() }
      }
      const wait = Math.max(retryAfter * 1000, Math.min(30_000, 500 * 2 ** failures++) * (0.5 + Math.random() / 2))
      return { type: 'later', at: Date.now(), until: Date.now() + wait, failure: { status, code, message } }
    }
  }

  async function renewOnce ({ at, token }: Shown): Promise<boolean> {
    const outcome = await settle<Outcome>(async (before) => {
      // What came out after the request was sent holds for it.
      if (before !== undefined && (before.type === 'later' ? before.until > Date.now() : before.at > at)) return { result: before }

      const body = nobody() ? undefined : await credentials.refreshBody()
      if (body === undefined) return both({ type: 'signedOut', at: Date.now() })
      if (await credentials.token() !== token) return { result: { type: 'refreshed', at: Date.now() } }
      return both(await trade(body))
    })
    if (outcome.type !== 'later') return outcome.type !== 'signedOut'
    throw new GatehouseError({ ...outcome.failure, retryAfter: Math.max(1, Math.ceil((outcome.until - Date.now()) / 1000)) })
  }

  /**
   * Has new tokens made, or waits for those that somebody else is having made; false when nobody is signed in.
   * @throws GatehouseError when neither can be said now
   */
  async function renew (shown: Shown): Promise<boolean> {
    renewing ??= renewOnce(shown).finally(() => { renewing = undefined })
    return await renewing
  }

  /** Asks, and after a 401 and a refresh asks once more. */
  async function guarded (ask: (token: string | undefined) => Promise<Response>, { once = false, signal }: { once?: boolean, signal?: AbortSignal | null | undefined } = {}): Promise<Response> {
    const shown = { at: Date.now(), token: await credentials.token() }
    const response = await ask(shown.token)
    if (response.status !== 401 || once) return response

    const aborted = new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true })).then(() => signal?.throwIfAborted())
    if (!await Promise.race([renew(shown), aborted])) return response
    void response.body?.cancel()
    return await ask(await credentials.token())
  }

  return { settle, guarded, nobody }
}

const both = (outcome: Outcome): Turn<Outcome> => ({ result: outcome, outcome })
