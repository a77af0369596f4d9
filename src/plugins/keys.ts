import fp from 'fastify-plugin'
import { createKeyRing, type Keys } from '../lib/key-ring.js'
import { fingerprintOf, loadKeys } from '../store/key-files.js'

declare module 'fastify' {
  interface FastifyInstance {
    keys: Keys
  }
}

const lookMilliseconds = 500

export default fp(async (app) => {
  const { keysDir, accessTokenPrivateKey } = app.config
  app.decorate('keys', createKeyRing(await loadKeys(app.config)))
  if (accessTokenPrivateKey !== undefined) return

  let seen = await fingerprintOf(keysDir)

  // A file that may not be used leaves the keys as they are: a node goes on with what it has.
  async function look () {
    const found = await fingerprintOf(keysDir)
    if (found === seen) return
    seen = found
    app.keys.replace(await loadKeys({ ...app.config, production: true }))
    app.log.info({ kids: [...app.keys.kids()] }, 'keys changed')
  }

  const looking = setInterval(() => {
    look().catch((error: Error) => app.log.error({ error: error.message }, 'keys were not taken over'))
  }, lookMilliseconds).unref()
  app.addHook('onClose', () => clearInterval(looking))
}, { name: 'keys', dependencies: ['config'] })
