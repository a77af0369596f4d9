import fp from 'fastify-plugin'
import { createPasswords, type Passwords } from '../lib/passwords.js'
import type { Within } from '../lib/within.js'

declare module 'fastify' {
  interface FastifyInstance {
    passwords: Passwords
  }
}

const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4]

export default fp(async (app) => {
  const { argon2MemoryKib, argon2Passes, hashThreads, hashQueue } = app.config
  const waits = app.measures.histogram({
    name: 'gatehouse_hash_wait_seconds', help: 'Time that a hash waited for a place, those that were let in at once among them', bounds
  }).of()
  const hashes = app.measures.histogram({
    name: 'gatehouse_hash_duration_seconds', help: 'Time that a hash took in its thread, with its turn there', bounds
  }).of()
  const passwords = createPasswords({
    memoryKib: argon2MemoryKib, passes: argon2Passes, threads: hashThreads, queue: hashQueue, waited: waits.observe, hashed: hashes.observe
  })
  app.decorate('passwords', app.tracing === undefined ? passwords : traced(passwords, app.tracing.within))

  // A thread takes longer to start than a hash to make: whoever signs in first should not wait for it.
  const warmed = passwords.warm()
  // An app whose start fails is closed before anybody waits for it.
  warmed.catch(() => {})
  app.addHook('onReady', async () => await warmed)
  app.addHook('onClose', passwords.close)
}, { name: 'passwords', dependencies: ['config', 'measures', 'tracing'] })

const traced = (passwords: Passwords, within: Within): Passwords => ({
  ...passwords,
  hash: async (password) => await within('work', 'hash password', {}, async () => await passwords.hash(password)),
  verify: async (password, stored) => await within('work', 'verify password', {}, async () => await passwords.verify(password, stored))
})
