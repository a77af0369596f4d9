import type { Config } from '../../config.js'
import { createKeyRing, newestFirst, outlivedAt, stateOf, type SigningKeys } from '../../lib/key-ring.js'
import { KeyRefused, purposes, type Purpose } from '../../lib/keys.js'
import { loadKeys, readKeyFiles } from '../../store/key-files.js'
import { about, orOk, type Finding } from './finding.js'
import { publishedKids } from './published-kids.js'

const overdueDays = 365
const rotate = 'run `gatehouse keys rotate`, and bring the new files to every node within five minutes'

/** Whether the signing keys can be used, are young enough, and are what is published. Makes none. */
export async function examineKeys (config: Config, now: () => number): Promise<Finding[]> {
  const { ok, wrong } = about('keys')
  if (!config.production && config.accessTokenPrivateKey === undefined && await isEmpty(config)) return [ok(`none yet in ${config.keysDir}: the first start makes them`)]
  try {
    // As in production: there, it makes none.
    const keys = await loadKeys({ ...config, production: true })
    createKeyRing(keys)
    return [...purposes.flatMap((purpose) => examinePurpose(config, keys, purpose, now() / 1000)), ...await examinePublished(config, keys)]
  } catch (error) {
    if (!(error instanceof KeyRefused)) throw error
    const [says = '', remedy = 'make new ones with `gatehouse keys create`'] = error.message.split(/: (?=[a-z]+ .*`)/)
    return [wrong(says, remedy)]
  }
}

const isEmpty = async ({ keysDir }: Config) =>
  (await Promise.all(purposes.map(async (purpose) => await readKeyFiles(keysDir, purpose).then(({ length }) => length === 0, () => false)))).every(Boolean)

function examinePurpose (config: Config, keys: SigningKeys, purpose: Purpose, now: number): Finding[] {
  const { ok, warning } = about(`keys for ${purpose} tokens`)
  const ring = newestFirst(keys[purpose])
  const current = ring.find((key) => stateOf(key, ring, now) === 'current')
  if (current === undefined) return []
  const ofFiles = config.accessTokenPrivateKey === undefined
  const days = Math.floor((now - current.createdAt) / 86_400)
  const lifetime = (purpose === 'access' ? config.accessTokenSeconds : config.refreshTokenSeconds) + config.clockToleranceSeconds
  const outlived = ring.filter((key) => outlivedAt(key, ring, lifetime) < now)
  const bits = Buffer.from(current.jwk.n, 'base64url').length * 8
  return orOk([
    ofFiles && days >= overdueDays && ring[0] === current && warning(`${current.kid} has signed for ${days} days`, rotate),
    ofFiles && outlived.length > 0 && warning(`${outlived.length} whose last token has died are accepted still`, 'run `gatehouse keys retire`')
  ], ok(`${current.kid} signs, of ${bits} bits${ofFiles ? `, ${days} days old` : ', from the environment'}; in all: ${ring.length}`))
}

async function examinePublished ({ publicUrl }: Config, { access }: SigningKeys): Promise<Finding[]> {
  const { ok, warning, wrong } = about('published keys')
  const answers = await publishedKids(publicUrl)
  if (answers === undefined) return [ok(`not compared: nothing answers at ${publicUrl} from here`)]
  if (answers.some((kids) => kids === undefined)) return [warning(`${publicUrl}/.well-known/jwks.json is no key set`, 'see that PUBLIC_URL leads to this server, and that the proxy passes the path on')]
  const mine = access.map(({ kid }) => kid).sort().join()
  if (new Set(answers.map(String)).size > 1) return [wrong('the nodes behind PUBLIC_URL publish different keys: tokens of one are refused by another', 'bring the same files to KEYS_DIR of every node')]
  return [String(answers[0]) === mine
    ? ok(`the same at ${publicUrl}`)
    : wrong(`${publicUrl} publishes other keys than are here`, 'bring the same files to KEYS_DIR of every node, or see which server PUBLIC_URL leads to')]
}
