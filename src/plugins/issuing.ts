import fp from 'fastify-plugin'
import { recordOf, type Session } from '../store/sessions/row.js'

/** A pair of tokens as they are handed out. Expiries are seconds since 1970. */
export interface Issued {
  accessToken: string
  accessExpiresAt: number
  refreshToken: string
  refreshExpiresAt: number
}

declare module 'fastify' {
  interface FastifyInstance {
    /** The tokens of a session as it was committed, byte for byte the same whenever they are asked for; every node is told of it. */
    issue: (session: Session) => Promise<Issued>
  }
}

export default fp(async (app) => {
  const { config, copies, tokens } = app

  async function sign (session: Session): Promise<Issued> {
    const iat = Math.floor(session.refreshedAt.getTime() / 1000)
    const refreshExpiresAt = Math.floor(session.expiresAt.getTime() / 1000)
    const accessExpiresAt = Math.min(iat + config.accessTokenSeconds, refreshExpiresAt)
    const both = { sub: session.userId, sid: session.id, iat }
    const [accessToken, refreshToken] = await Promise.all([
      tokens.sign('access', { ...both, jti: session.accessId, role: session.accessRole, exp: accessExpiresAt }),
      tokens.sign('refresh', { ...both, jti: session.refreshId, exp: refreshExpiresAt })
    ])
    return { accessToken, accessExpiresAt, refreshToken, refreshExpiresAt }
  }

  // The other nodes are told while the tokens are signed, and both are done before the answer.
  app.decorate('issue', async (session) => {
    const [issued] = await Promise.all([sign(session), copies.sessionChanged(recordOf(session))])
    return issued
  })
}, { name: 'issuing', dependencies: ['config', 'tokens', 'copies'] })
