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

  // A file that may not be used leaves the keys as they are: a node goes on with what it has, and looks again until somebody has mended it.
  async function takeOver () {
    const found = await fingerprintOf(keysDir)
    if (found === seen) return
    app.keys.replace(await loadKeys({ ...app.config, production: true }))
    seen = found
    complaint = undefined
    app.log.info({ kids: [...app.keys.kids()] }, 'keys changed')
  }

  let complaint: string | undefined
  function complain ({ message }: Error) {
    if (message !== complaint) app.log.error({ error: message }, 'keys were not taken over')
    complaint = message
  }

  // One after the other, so that each is over once the keys that it found are in use.
  let last = Promise.resolve()
  async function look () {
    last = last.catch(() => {}).then(takeOver)
    last.catch(complain)
    await last
  }
  app.decorate('lookForKeys', look)

  const looking = setInterval(() => { look().catch(() => {}) }, lookMilliseconds).unref()
  app.addHook('onClose', () => clearInterval(looking))
}, { name: 'keys', dependencies: ['config'] })
