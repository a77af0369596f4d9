import fp from 'fastify-plugin'
import { NotFound } from '../errors.js'
import type { Actor, Administered } from '../store/users/roles.js'
import type { UserRecord } from '../store/users/row.js'

declare module 'fastify' {
  interface FastifyInstance {
    administration: Administration
  }
  interface FastifyRequest {
    /** Who administers, and from where, as events remember it. */
    actor: () => Required<Actor>
  }
}

/** What administrators do to users. Each throws NotFound when there is no such user. */
export interface Administration {
  find: (id: string) => Promise<UserRecord>
  /** @throws LastAdmin */
  change: (id: string, wanted: Administered, actor: Actor) => Promise<UserRecord>
  /** @throws LastAdmin */
  remove: (id: string, actor: Required<Actor>) => Promise<void>
  endSessions: (id: string, actor: Actor) => Promise<void>
}

export default fp(async (app) => {
  const { accounts, copies, users } = app

  app.decorateRequest('actor', function () {
    return { by: this.identity.user.id, ...this.from() }
  })

  async function find (id: string) {
    return await users.find(id) ?? refuse()
  }

  async function change (id: string, wanted: Administered, actor: Actor) {
    const { user, changed, ended } = await users.administer(id, wanted, actor) ?? refuse()
    if (changed) await Promise.all([copies.userChanged(user), copies.ended(ended)])
    return user
  }

  async function remove (id: string, actor: Required<Actor>) {
    if (!await accounts.remove(id, actor)) refuse()
  }

  async function endSessions (id: string, actor: Actor) {
    await copies.ended(await users.endSessionsBy(actor, id) ?? refuse())
  }

  app.decorate('administration', { find, change, remove, endSessions })
}, { name: 'administration', dependencies: ['accounts', 'authenticate', 'request-origin'] })

function refuse (): never {
  throw new NotFound()
}
