import { configOfProcess } from '../config.js'
import { newestFirst, stateOf } from '../lib/key-ring.js'
import { purposes } from '../lib/keys.js'
import { createKeyFile, readKeyFiles } from '../store/key-files.js'
import { UsageError } from './usage.js'

/** `create` makes one key a purpose; `list` shows what there is. */
export default async function keysCommand ([action]: string[]) {
  const { keysDir } = configOfProcess()
  if (action === 'create') return await create(keysDir)
  if (action === 'list') return await list(keysDir)
  throw new UsageError('usage: gatehouse keys create|list')
}

async function create (keysDir: string) {
  for (const purpose of purposes) {
    const { path, key } = await createKeyFile(keysDir, purpose)
    process.stdout.write(`${purpose} ${key.kid} ${path}\n`)
  }
}

async function list (keysDir: string) {
  const now = Date.now() / 1000
  for (const purpose of purposes) {
    const files = await readKeyFiles(keysDir, purpose)
    const keys = newestFirst(files.map(({ key }) => key))
    for (const key of keys) {
      const path = files.find((file) => file.key === key)?.path ?? ''
      process.stdout.write(`${purpose.padEnd(7)} ${stateOf(key, keys, now).padEnd(7)} ${key.kid} ${new Date(key.createdAt * 1000).toISOString()} ${path}\n`)
    }
  }
}
