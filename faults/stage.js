import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeKeys } from '../bench/keys.js'
import { createNode } from './nodes.js'
import { startPostgres } from './postgres.js'
import { startRedis } from './redis.js'

/** Where every story plays: two nodes of the `server` file, each behind its own proxies, on one Postgres and one Redis. */
export async function openStage ({ server, random }) {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'gatehouse-faults-'))
  const erase = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  process.on('exit', erase)

  const keys = makeKeys(folder, 2048)
  const [postgres, redis] = await Promise.all([startPostgres(folder), startRedis(folder)])
  const [a, b] = await Promise.all(['a', 'b'].map((name, place) => createNode({ name, server, keys, postgres, redis, random: random.fork(place) })))
  const nodes = [a, b]

  return {
    folder,
    keys,
    postgres,
    redis,
    a,
    b,
    nodes,

    async settle (settings = {}) {
      await Promise.all(nodes.map(async (node) => {
        node.postgres.pass()
        node.redis.pass()
        await node.settle({ ...settings.both, ...settings[node.name] })
      }))
    },

    async close () {
      await Promise.all(nodes.map((node) => node.close()))
      await Promise.all([postgres.close(), redis.close()])
      erase()
      process.off('exit', erase)
    }
  }
}
