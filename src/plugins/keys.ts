import fp from 'fastify-plugin'
import { createKeyRing, type Keys } from '../lib/key-ring.js'
import { fingerprintOf, loadKeys } from '../store/key-files.js'

declare module 'fastify' {
  interface FastifyInstance {
    keys: Keys
    /** Takes over at once what has changed in `KEYS_DIR`, as is done twice a second anyway. */
    lookForKeys: () => Promise<void>
  }
}

const lookMilliseconds = 500

export default fp(async (app) => {
  const { keysDir, accessTokenPrivateKey } = app.config
  app.decorate('keys', createKeyRing(await loadKeys(app.config)))
  if (accessTokenPrivateKey !== undefined) {
    app.decorate('lookForKeys', async () => {})
    return
  }

  let seen = await fingerprintOf(keysDir)

  // A file that may not be used leaves the keys as they are: a node goes on with what it has.
  async function takeOver () {
    const found = await fingerprintOf(keysDir)
    if (found === seen) return
    seen = found
    app.keys.replace(await loadKeys({ ...app.config, production: true }))
    app.log.info({ kids: [...app.keys.kids()] }, 'keys changed')
  }

  // One after the other, so that each is over once the keys that it found are in use.
  let last = Promise.resolve()
  async function look () {
    last = last.catch(() => {}).then(takeOver)
    await last
  }
  app.decorate('lookForKeys', look)

  const looking = setInterval(() => {
    look().catch((error: Error) => app.log.error({ error: error.message }, 'keys were not taken over'))
  }, lookMilliseconds).unref()
  app.addHook('onClose', () => clearInterval(looking))
}, { name: 'keys', dependencies: ['config'] })
