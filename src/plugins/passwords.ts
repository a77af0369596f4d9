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
  app.addHook('onClose', passwords.close)
}, { name: 'passwords', dependencies: ['config'] })
