import fp from 'fastify-plugin'
import { KeysElsewhere, RotationUnderWay, Unavailable } from '../errors.js'
import { listKeys } from '../lib/key-ring.js'
import type { ListedKeys } from '../schemas.js'
import { mayMakeKeys, rotateKeyFiles } from '../store/key-files.js'

declare module 'fastify' {
  interface FastifyInstance {
    keyRotation: {
      /** The signing keys that this node knows, and whether it can make others. */
      standing: () => Promise<ListedKeys>
      /** Makes the keys that sign next. @throws KeysElsewhere, RotationUnderWay */
      rotate: () => Promise<ListedKeys>
    }
  }
}

const remedies = {
  environment: 'The signing keys come from the environment: make others, and set ACCESS_TOKEN_PRIVATE_KEY and REFRESH_TOKEN_PRIVATE_KEY to them',
  nodes: 'Other nodes may run (REDIS_URL is set), and would refuse the tokens of a key that they lack: run `gatehouse keys rotate` where KEYS_DIR is kept, for all of them',
  folder: 'This server may not write into KEYS_DIR: run `gatehouse keys rotate` as a user that may'
}

export default fp(async (app) => {
  const { config, keys, now, lookForKeys } = app
  let rotating = false

  async function remedy (): Promise<string | undefined> {
    if (config.accessTokenPrivateKey !== undefined) return remedies.environment
    if (config.redisUrl !== undefined) return remedies.nodes
    return await mayMakeKeys(config.keysDir) ? undefined : remedies.folder
  }

  const list = () => listKeys(keys.all(), now() / 1000, config)
  const underWay = () => rotating || list().some(({ state }) => state === 'next')

  async function standing (): Promise<ListedKeys> {
    const elsewhere = await remedy() !== undefined
    return { keys: list(), rotation: elsewhere ? 'elsewhere' : underWay() ? 'under_way' : 'possible' }
  }

  async function rotate () {
    const elsewhere = await remedy()
    if (elsewhere !== undefined) throw new KeysElsewhere(elsewhere)
    if (rotating) throw new RotationUnderWay()

    rotating = true
    try {
      // Somebody may have made one by hand a moment ago.
      await lookForKeys()
      if (list().some(({ state }) => state === 'next')) throw new RotationUnderWay()
      await rotateKeyFiles(config.keysDir, new Date(now())).catch(translate)
      await lookForKeys()
    } finally {
      rotating = false
    }
    return await standing()
  }

  app.decorate('keyRotation', { standing, rotate })
}, { name: 'key-rotation', dependencies: ['config', 'keys'] })

function translate (error: NodeJS.ErrnoException): never {
  if (/^(EACCES|EPERM|EROFS)$/.test(error.code ?? '')) throw new KeysElsewhere(remedies.folder)
  if (/^(ENOSPC|EDQUOT|EMFILE|ENFILE)$/.test(error.code ?? '')) throw new Unavailable(60, error)
  throw error
}
