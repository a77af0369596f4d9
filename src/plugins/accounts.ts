import { randomUUID } from 'node:crypto'
import fp from 'fastify-plugin'
import { TokenInvalid } from '../errors.js'
import { createAlike } from '../lib/alike.js'
import type { Transport } from '../schemas.js'
import type { Origin } from '../store/events.js'
import type { NewUser } from '../store/users/postgres.js'
import type { Profile } from '../store/users/profile.js'
import type { Removing } from '../store/users/removal.js'
import type { Credentials, UserRecord } from '../store/users/row.js'
import type { Issued } from './issuing.js'

declare module 'fastify' {
  interface FastifyInstance {
    accounts: Accounts
  }
}

export interface Accounts {
  /** Opens an account; a taken address is told no sooner. @throws EmailTaken */
  register: (user: NewUser, origin: Origin) => Promise<UserRecord>
  /** @throws TokenInvalid when the user is gone */
  changeProfile: (id: string, profile: Profile, origin: Origin) => Promise<UserRecord>
  /**
   * Gives a user another password. This session goes on with new tokens, every other ends.
   * @throws WrongPassword when the password has changed since it was verified, TokenInvalid when the session has ended
   */
  changePassword: (verified: Pick<Credentials, 'id' | 'passwordVersion'>, change: { passwordHash: string, sessionId: string }, origin: Origin) => Promise<{ issued: Issued, transport: Transport }>
  /** Removes a user with all that is his; false when he is not there, or has another password than the one verified. @throws LastAdmin */
  remove: (id: string, removing: Removing) => Promise<boolean>
}

export default fp(async (app) => {
  const { copies, sessionsRecord, users } = app

  const alike = createAlike()

  async function register (newUser: NewUser, origin: Origin): Promise<UserRecord> {
    const user = await alike(async () => await users.register(newUser, origin))
    app.mail.wake()
    return user
  }

  async function changeProfile (id: string, profile: Profile, origin: Origin): Promise<UserRecord> {
    const { user, changed } = await users.changeProfile(id, profile, origin) ?? {}
    if (user === undefined) throw new TokenInvalid('no_user')
    if (changed === true) await copies.userChanged(user)
    return user
  }

  const changePassword: Accounts['changePassword'] = async ({ id, passwordVersion }, change, origin) => {
    const successors = { accessId: randomUUID(), refreshId: randomUUID() }
    const { user, session, ended } = await sessionsRecord.changePassword({ userId: id, passwordVersion, ...change, ...successors }, origin)
    app.mail.wake()
    const [issued] = await Promise.all([app.issue(session), copies.ended(ended), copies.userChanged(user)])
    return { issued, transport: session.transport }
  }

  async function remove (id: string, removing: Removing): Promise<boolean> {
    const ended = await users.remove(id, removing)
    if (ended === undefined) return false
    await Promise.all([copies.ended(ended), copies.userGone(id)])
    return true
  }

  app.decorate('accounts', { register, changeProfile, changePassword, remove })
}, { name: 'accounts', dependencies: ['users', 'copies', 'issuing', 'mailer'] })
