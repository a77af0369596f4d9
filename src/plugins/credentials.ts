import fp from 'fastify-plugin'
import type { Credentials } from '../store/users/row.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Whose password this is; undefined for every failure alike, after the same work. @throws TooManyAttempts, Busy, Unavailable */
    verifyCredentials: (email: string, password: string, ip: string) => Promise<Credentials | undefined>
  }
}

export default fp(async (app) => {
  app.decorate('verifyCredentials', async (email, password, ip) => {
    const guess = await app.guesses.admit(email, ip)
    const { user, matches } = await judge(email, password).catch(async (error) => {
      await guess.refund()
      throw error
    })
    if (user === undefined || !matches || user.disabled) return undefined

    await guess.forgive()
    if (app.passwords.isOutdated(user.passwordHash)) await strengthen(user, password)
    return user
  })

  async function judge (email: string, password: string) {
    const user = await app.users.credentialsOf(email)
    return { user, matches: await app.passwords.verify(password, user?.passwordHash) }
  }

  // A login does not fail because its hash could not be made stronger: the next one tries again.
  async function strengthen (user: Credentials, password: string) {
    await app.passwords.hash(password)
      .then(async (hash) => await app.users.rehash(user, hash))
      .catch((error: Error) => app.log.warn({ error: error.message }, 'a password hash was not renewed'))
  }
}, { name: 'credentials', dependencies: ['users', 'passwords', 'limits'] })
