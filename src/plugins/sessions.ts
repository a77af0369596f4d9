import { randomUUID } from 'node:crypto'
import fp from 'fastify-plugin'
import { TokenInvalid } from '../errors.js'
import type { Identity } from '../lib/identity.js'
import type { Claims } from '../lib/tokens.js'
import type { Transport } from '../schemas.js'
import type { Origin } from '../store/events.js'
import type { ListedSession } from '../store/sessions/listing.js'
import { recordOf, type EndedBecause, type Session } from '../store/sessions/row.js'
import { createUsage } from '../store/sessions/usage.js'
import { judgeReplaced, type Verdict } from '../store/sessions/verdict.js'
import { createIdentification } from './identification.js'
import type { Issued } from './issuing.js'

declare module 'fastify' {
  interface FastifyInstance {
    sessions: Sessions
  }
}

export interface Sessions {
  /** Who an access token says is calling, as far as this process knows without asking anybody; undefined is no verdict. */
  recognise: (presented: string) => Identity | undefined
  /** Who an access token says is calling. @throws TokenInvalid, Unavailable */
  identify: (presented: string) => Promise<Identity>
  /** Undefined when the password has changed since it was verified, or the user is disabled or gone. */
  open: (user: { id: string, passwordVersion: number }, options: Origin & { transport: Transport, replaces: Claims[] }) => Promise<Issued | undefined>
  /** Trades the first of these verified refresh tokens that is good for it for its successor; there is at least one. @throws TokenInvalid, Unavailable */
  refresh: (presented: Claims[], origin: Origin) => Promise<Issued>
  /** Whether a verified refresh token is the live one of a live session. */
  isLive: (refresh: Claims) => Promise<boolean>
  /** The live sessions of a user, newest use first. */
  listOf: (userId: string) => Promise<ListedSession[]>
  end: (id: string, because: EndedBecause, origin: Origin) => Promise<void>
  /** Ends a live session of this user; false when he has none of this id. */
  endOwn: (id: string, userId: string, origin: Origin) => Promise<boolean>
  /** Ends all sessions of a user, or all but one. */
  endAllOf: (userId: string, because: EndedBecause, origin: Origin, except?: string) => Promise<void>
  /** Ends everybody's sessions, in the time that ending one takes. */
  endEveryone: (origin: Origin) => Promise<void>
}

type RefreshRefusal = Exclude<Verdict, 'successor'> | 'not_live' | 'no_user'

/** `successor` is the same pair once more, `reuse` a token that was used twice; the others are refusals. */
const refreshOutcomes = ['rotated', 'successor', 'reuse', 'ended', 'retired', 'not_live', 'no_user']

export default fp(async (app) => {
  const { config, copies, sessionsRecord: record } = app
  const overlapMilliseconds = config.refreshOverlapSeconds * 1000
  const usage = createUsage({
    write: async (id, accessId) => {
      const session = await record.markUsed(id, accessId)
      return session && recordOf(session)
    },
    changed: copies.sessions.put,
    log: app.log
  })
  app.addHook('preClose', usage.close)
  const refreshes = app.measures.counter({
    name: 'gatehouse_refreshes_total', help: 'Refresh tokens of ours that were presented to be traded, by what came of it', labels: ['outcome'], known: refreshOutcomes
  })

  async function open (user: { id: string, passwordVersion: number }, { transport, replaces, ip, userAgent }: Origin & { transport: Transport, replaces: Claims[] }) {
    const opened = await record.open(user, {
      id: randomUUID(),
      accessId: randomUUID(),
      refreshId: randomUUID(),
      transport,
      replaces: replaces.map(({ sid, jti }) => ({ id: sid, refreshId: jti })),
      ip,
      userAgent
    })
    if (opened === undefined) return undefined
    await copies.ended(opened.ended)
    return await app.issue(opened.session)
  }

  async function issueRefreshed (outcome: 'rotated' | 'successor', session: Session): Promise<Issued> {
    refreshes.count(outcome)
    return await app.issue(session)
  }

  /** The successor of a refresh token, or why there is none. */
  async function trade (presented: Claims, origin: Origin): Promise<Issued | RefreshRefusal> {
    const { sid, sub, jti } = presented
    if (copies.endings.has(sid)) return 'ended'
    await usage.settled(sid)
    const user = await copies.users.find(sub)
    if (user === undefined || user.disabled) return 'no_user'

    const rotated = await record.rotate(sid, sub, jti, { accessId: randomUUID(), refreshId: randomUUID(), role: user.role, ...origin })
    if (rotated !== undefined) return await issueRefreshed('rotated', rotated)

    const session = await record.find(sid)
    if (session?.userId !== sub) return 'not_live'
    const verdict = judgeReplaced(session, presented, overlapMilliseconds)
    // Whoever made it may have died before it told anybody.
    return verdict === 'successor' ? await issueRefreshed(verdict, session) : verdict
  }

  async function refresh (presented: Claims[], origin: Origin): Promise<Issued> {
    const refused = new Map<string, RefreshRefusal>()
    for (const claims of presented) {
      const traded = await trade(claims, origin)
      if (typeof traded !== 'string') {
        // Who shows the live token too has no need of a stolen one: it is a leftover of the same browser.
        refused.delete(claims.sid)
        await refuse(refused, origin)
        return traded
      }
      if (refused.get(claims.sid) !== 'reuse') refused.set(claims.sid, traded)
    }
    await refuse(refused, origin)
    throw new TokenInvalid([...refused.values()].at(-1) ?? 'not_live')
  }

  /** Counts what was refused, by session, and ends those whose token was used twice. */
  async function refuse (refused: ReadonlyMap<string, RefreshRefusal>, origin: Origin) {
    for (const [sid, reason] of refused) {
      refreshes.count(reason)
      if (reason === 'reuse') await end(sid, 'reuse', origin)
    }
  }

  async function isLive ({ sid, sub, jti }: Claims): Promise<boolean> {
    if (copies.endings.has(sid)) return false
    const session = await record.find(sid)
    return session?.live === true && session.userId === sub && session.refreshId === jti
  }

  async function end (id: string, because: EndedBecause, origin: Origin) {
    await record.endOne(id, because, origin)
    await copies.ended([id])
    if (because === 'reuse') app.mail.wake()
  }

  async function endOwn (id: string, userId: string, origin: Origin): Promise<boolean> {
    const ended = await record.endOwn(id, userId, 'revoked', origin)
    if (ended) await copies.ended([id])
    return ended
  }

  async function endAllOf (userId: string, because: EndedBecause, origin: Origin, except?: string) {
    await copies.ended(await record.endAllOf(userId, because, origin, except))
  }

  async function endEveryone (origin: Origin) {
    await copies.everyoneEnded(await record.endEveryone(origin))
  }

  app.decorate('sessions', { ...createIdentification(app, usage), open, refresh, isLive, listOf: record.listOf, end, endOwn, endAllOf, endEveryone })
}, { name: 'sessions', dependencies: ['config', 'measures', 'tokens', 'copies', 'mailer', 'issuing'] })
