import type { FastifyInstance } from 'fastify'
import { TokenInvalid } from '../errors.js'
import { Identity } from '../lib/identity.js'
import { monotonic } from '../lib/monotonic.js'
import { createVerifiedTokens, type Verified } from '../lib/verified-tokens.js'
import type { User } from '../schemas.js'
import type { Place } from '../store/layers/local.js'
import { names, shareIds, type SessionRecord } from '../store/sessions/record.js'
import type { Usage } from '../store/sessions/usage.js'
import type { UserRecord } from '../store/users/row.js'

const mostVerified = 131_072

/** Who an access token says is calling: by its signature, then by what is held of its session and user, which the layers know. */
export function createIdentification ({ config, copies, keys, measures, now, tokens }: FastifyInstance, usage: Usage) {
  const overlapMilliseconds = config.refreshOverlapSeconds * 1000
  const verified = createVerifiedTokens<Place<SessionRecord>, Place<UserRecord>>({ max: mostVerified, toleranceSeconds: config.clockToleranceSeconds, now, keysVersion: keys.version })
  let verifications = 0

  measures.tell({
    name: 'gatehouse_token_checks_total',
    help: 'Access tokens whose signature was known to be good already, and those whose signature was checked',
    type: 'counter',
    read: () => [{ labels: { result: 'recalled' }, value: verified.hits }, { labels: { result: 'checked' }, value: verifications }]
  }, {
    name: 'gatehouse_verified_tokens_held', help: 'Access tokens whose signature this node knows to be good', type: 'gauge', read: () => [{ labels: {}, value: verified.size }]
  })

  const isNamed = (session: SessionRecord, { sub, jti }: Verified) =>
    session.userId === sub && names(session, jti, now(), overlapMilliseconds)

  async function identify (presented: string): Promise<Identity> {
    const claims = verified.recall(presented) ?? await verify(presented)
    if (copies.endings.has(claims.sid)) throw new TokenInvalid('ended')
    return await lookUpIdentity(claims)
  }

  function recognise (presented: string): Identity | undefined {
    const claims = verified.recall(presented)
    if (claims === undefined) return undefined
    const at = monotonic()
    claims.session = copies.sessions.locate(claims.sid, claims.session)
    claims.user = copies.users.locate(claims.sub, claims.user)
    const session = copies.sessions.look(claims.session, at)
    if (session === undefined || !isNamed(session, claims) || copies.endings.covers(session)) return undefined
    const user = copies.users.look(claims.user, at)
    return user === undefined || user.disabled ? undefined : identityOf(claims, session, user)
  }

  async function verify (presented: string): Promise<Verified> {
    const version = keys.version()
    verifications++
    return verified.remember(presented, await tokens.verify('access', presented), version)
  }

  async function lookUpIdentity (claims: Verified): Promise<Identity> {
    const [session, user] = await Promise.all([
      copies.sessions.find(claims.sid, (session) => isNamed(session, claims)),
      copies.users.find(claims.sub)
    ])
    if (session === undefined || !isNamed(session, claims)) throw new TokenInvalid('not_live')
    if (copies.endings.covers(session)) throw new TokenInvalid('ended')
    if (user === undefined || user.disabled) throw new TokenInvalid('no_user')
    shareIds(claims, session)
    return identityOf(claims, session, user)
  }

  function identityOf (claims: Verified, session: SessionRecord, user: User): Identity {
    if (!session.used && session.accessId === claims.jti && copies.trust.postgres) usage.mark(session)
    return new Identity(user, session.id)
  }

  return { recognise, identify }
}
