import type { onRequestHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { Busy, TokenInvalid, TooManyAttempts, TooManyRequests, WrongPassword } from '../errors.js'
import type { Counter } from '../lib/measures.js'
import type { User } from '../schemas.js'
import type { Origin } from '../store/events.js'
import type { Credentials } from '../store/users/row.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Whose password this is; undefined for every failure alike, after the same work. @throws TooManyAttempts, Busy, Unavailable */
    verifyCredentials: (email: string, password: string, from: Origin) => Promise<Credentials | undefined>
    /** That somebody who is signed in knows the password, too. @throws WrongPassword, TooManyRequests, TokenInvalid, Busy, Unavailable */
    verifyOwnPassword: (user: Pick<User, 'id' | 'email'>, password: string, from: Origin) => Promise<Credentials>
    /** For logins: refuses before anything is read when no hash could be had. @throws Busy */
    refuseWhenBusy: onRequestHookHandler
    /** Counts logins by how they went. */
    logins: Counter
  }
}

interface Guess {
  email: string
  password: string
  from: Origin
  find: () => Promise<Credentials | undefined>
}

type Wrong = 'unknown_email' | 'wrong_password' | 'disabled'

export default fp(async (app) => {
  const logins = app.measures.counter({
    name: 'gatehouse_logins_total',
    help: 'Logins by how they went',
    labels: ['outcome'],
    known: ['succeeded', 'unknown_email', 'wrong_password', 'disabled', 'changed_meanwhile', 'too_many_attempts', 'busy', 'failed']
  })
  app.decorate('logins', logins)

  app.decorate('refuseWhenBusy', (_request, _reply, done) => {
    try {
      app.passwords.gate.refuseWhenFull()
    } catch (error) {
      logins.count('busy')
      throw error
    }
    done()
  })

  app.decorate('verifyCredentials', async (email, password, from) => {
    const found = await verify({ email, password, from, find: async () => await app.users.credentialsOf(email) }).catch((error) => {
      logins.count(error instanceof TooManyAttempts ? 'too_many_attempts' : error instanceof Busy ? 'busy' : 'failed')
      throw error
    })
    if (typeof found !== 'string') return found
    logins.count(found)
    return undefined
  })

  app.decorate('verifyOwnPassword', async ({ id, email }, password, from) => {
    // Found by the id: an address may be somebody else's by now.
    const user = await verify({ email, password, from, find: async () => await ownCredentials(id) }).catch((error) => {
      throw error instanceof TooManyAttempts ? new TooManyRequests(error.retryAfterSeconds) : error
    })
    if (typeof user === 'string') throw new WrongPassword()
    return user
  })

  async function ownCredentials (id: string): Promise<Credentials> {
    const user = await app.users.credentialsById(id)
    if (user === undefined || user.disabled) throw new TokenInvalid('no_user')
    return user
  }

  async function verify ({ email, password, from, find }: Guess): Promise<Credentials | Wrong> {
    const guess = await app.guesses.admit(email, from.ip).catch((error) => {
      if (error instanceof TooManyAttempts) app.events.note({ type: 'login.throttled', email, ...from })
      throw error
    })
    const { user, matches } = await judge(password, find).catch(async (error) => {
      await guess.refund()
      throw error
    })
    if (user === undefined || !matches || user.disabled) {
      const because = user === undefined ? 'unknown_email' : matches ? 'disabled' : 'wrong_password'
      app.events.note({ type: 'login.failed', userId: user?.id ?? null, detail: { because }, ...from })
      return because
    }

    await guess.forgive()
    if (app.passwords.isOutdated(user.passwordHash)) await strengthen(user, password)
    return user
  }

  async function judge (password: string, find: Guess['find']) {
    app.passwords.gate.refuseWhenFull()
    const user = await find()
    return { user, matches: await app.passwords.verify(password, user?.passwordHash) }
  }

  // A login does not fail because its hash could not be made stronger: the next one tries again.
  async function strengthen (user: Credentials, password: string) {
    await app.passwords.hash(password)
      .then(async (hash) => await app.users.rehash(user, hash))
      .catch((error: Error) => app.log.warn({ error: error.message }, 'a password hash was not renewed'))
  }
}, { name: 'credentials', dependencies: ['measures', 'users', 'passwords', 'guesses', 'events'] })
