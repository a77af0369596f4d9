import { parseArgs } from 'node:util'
import { configOfProcess, type Config } from '../config.js'
import { lifetimeOf, newestFirst, outlivedAt, stateOf } from '../lib/key-ring.js'
import { KeyRefused, purposes, type Purpose, type SigningKey } from '../lib/keys.js'
import { readKeyFiles, removeKeyFile, rotateKeyFiles, type KeyFile } from '../store/key-files.js'
import { UsageError } from './usage.js'

const usage = 'usage: gatehouse keys create|list|rotate, or gatehouse keys retire [KID [--now]]'

const say = (line: string) => process.stdout.write(`${line}\n`)
const time = (seconds: number) => new Date(seconds * 1000).toISOString()

/** The files of one purpose, and its keys in the order in which they sign. */
interface Ring { purpose: Purpose, files: KeyFile[], keys: SigningKey[] }

/** `create` and `rotate` make a key a purpose, `list` shows them, `retire` takes away those whose tokens have all died, or the one named. */
export default async function keysCommand (words: string[]) {
  // A kid may begin with a hyphen, as an option does.
  const kids = words.filter((word) => /^[\w-]{43}$/.test(word))
  const { values, positionals: [action, ...others] } = parseArgs({
    args: words.filter((word) => !kids.includes(word)), allowPositionals: true, options: { now: { type: 'boolean', default: false } }
  })
  const [kid, ...more] = [...kids, ...others]
  const config = configOfProcess()
  if (more.length > 0 || (values.now && (action !== 'retire' || kid === undefined)) || (kid !== undefined && action !== 'retire')) throw new UsageError(usage)

  if (action === 'create' || action === 'rotate') return await create(config.keysDir)
  if (action === 'list') return await list(config.keysDir)
  if (action === 'retire') return kid === undefined ? await retireOutlived(config) : await retire(config, kid, values.now)
  throw new UsageError(usage)
}

const ringsOf = async (keysDir: string): Promise<Ring[]> => await Promise.all(purposes.map(async (purpose) => {
  const files = await readKeyFiles(keysDir, purpose)
  return { purpose, files, keys: newestFirst(files.map(({ key }) => key)) }
}))

async function create (keysDir: string) {
  for (const { purpose, path, key, signsFrom } of await rotateKeyFiles(keysDir)) {
    say(`${purpose.padEnd(7)} ${key.kid} signs from ${time(signsFrom)} ${path}`)
  }
}

async function list (keysDir: string) {
  const now = Date.now() / 1000
  for (const { purpose, files, keys } of await ringsOf(keysDir)) {
    for (const key of keys) {
      const path = files.find((file) => file.key === key)?.path ?? ''
      say(`${purpose.padEnd(7)} ${stateOf(key, keys, now).padEnd(7)} ${key.kid} made ${time(key.createdAt)} ${path}`)
    }
  }
}

async function retireOutlived (config: Config) {
  const now = Date.now() / 1000
  for (const { purpose, files, keys } of await ringsOf(config.keysDir)) {
    for (const { path, key } of files) {
      if (outlivedAt(key, keys, lifetimeOf(purpose, config)) > now) continue
      await removeKeyFile(path)
      say(`${purpose.padEnd(7)} ${key.kid} retired: its last token has died`)
    }
  }
}

async function retire (config: Config, kid: string, atOnce: boolean) {
  const rings = await ringsOf(config.keysDir)
  const ring = rings.find(({ keys }) => keys.some((key) => key.kid === kid))
  const file = ring?.files.find(({ key }) => key.kid === kid)
  if (ring === undefined || file === undefined) throw new KeyRefused(`no key has the kid ${kid}: \`gatehouse keys list\` shows them`)
  if (ring.keys.length === 1) throw new KeyRefused(`${kid} is the only key for ${ring.purpose} tokens: make another first with \`gatehouse keys rotate\``)

  const outlived = outlivedAt(file.key, ring.keys, lifetimeOf(ring.purpose, config))
  if (!atOnce && outlived > Date.now() / 1000) {
    const until = outlived === Infinity ? 'no newer key has taken over yet' : `its tokens live until ${time(outlived)}`
    throw new KeyRefused(`${kid} is in use: ${until}; \`gatehouse keys retire ${kid} --now\` refuses them at once`)
  }
  await removeKeyFile(file.path)
  say(`${ring.purpose.padEnd(7)} ${kid} retired: running nodes refuse its tokens within a second`)
}
