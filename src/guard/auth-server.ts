import { TokenInvalid, Unavailable } from '../errors.js'
import { createGate } from '../lib/gate.js'
import type { User } from '../schemas.js'

interface Options {
  url: string
  clientId: string
  clientSecret: string
  log: { error: (details: object, message: string) => void }
}

interface Asked { sub: string, sid: string, jti: string }

const answerMilliseconds = 2000
/** How many questions may be under way at once, and wait. */
const bounds = { width: 64, length: 1024, waitMilliseconds: answerMilliseconds }

export type AuthServer = ReturnType<typeof createAuthServer>

/** Asks the auth server over HTTP. Whatever is no clear answer is Unavailable, and never a refusal. */
export function createAuthServer ({ url, clientId, clientSecret, log }: Options) {
  const gate = createGate(bounds)
  const credentials = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`

  async function ask (path: string, init: RequestInit): Promise<{ status: number, said: Record<string, unknown> }> {
    return await gate.run(async () => {
      const response = await fetch(url + path, { ...init, redirect: 'error', signal: AbortSignal.timeout(answerMilliseconds) })
        .catch((cause) => { throw new Unavailable(1, cause) })
      const said: unknown = await response.json().catch((cause) => { throw new Unavailable(1, cause) })
      if (response.status === 429 || response.status >= 500) throw new Unavailable(Number(response.headers.get('retry-after') ?? 1) || 1)
      return { status: response.status, said: (said ?? {}) as Record<string, unknown> }
    })
  }

  return {
    /** Whether this access token, verified, is live (RFC 7662). @throws Unavailable */
    async isLive (token: string, { sub, sid, jti }: Asked): Promise<boolean> {
      const { status, said } = await ask('/api/auth/introspect', {
        method: 'POST', headers: { authorization: credentials }, body: new URLSearchParams({ token })
      })
      if (status === 401) log.error({ clientId }, 'the auth server does not know introspection.clientId and introspection.clientSecret: they must be among its INTROSPECTION_CLIENTS')
      if (status !== 200) throw new Unavailable(1, new Error(`introspection was answered with ${status}`))
      if (said.active === false) return false
      // An answer is compared with the question.
      if (said.active === true && said.token_type === 'access_token' && said.sub === sub && said.sid === sid && said.jti === jti) return true
      throw new Unavailable(1, new Error('introspection was answered with something else'))
    },

    /** The user that a live access token names. @throws TokenInvalid, Unavailable */
    async userOf (token: string, { sub }: Asked): Promise<User> {
      const { status, said } = await ask('/api/users/me', { headers: { authorization: `Bearer ${token}` } })
      if (status === 401) throw new TokenInvalid('not_live')
      const user = (said.data as { user?: User } | undefined)?.user
      if (status !== 200 || user?.id !== sub) throw new Unavailable(1, new Error(`the user was answered with ${status}`))
      return Object.freeze(user)
    }
  }
}
