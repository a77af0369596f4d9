import fp from 'fastify-plugin'
import { createPasswords, type Passwords } from '../lib/passwords.js'

declare module 'fastify' {
  interface FastifyInstance {
    passwords: Passwords
  }
}

export default fp(async (app) => {
  const { argon2MemoryKib, argon2Passes, hashThreads, hashQueue } = app.config
  const passwords = createPasswords({ memoryKib: argon2MemoryKib, passes: argon2Passes, threads: hashThreads, queue: hashQueue })
  app.decorate('passwords', passwords)

  // A thread takes longer to start than a hash to make: whoever signs in first should not wait for it.
  const warmed = passwords.warm()
  app.addHook('onReady', async () => await warmed)
  app.addHook('onClose', passwords.close)
}, { name: 'passwords', dependencies: ['config'] })
