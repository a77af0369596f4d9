import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setTimeout as pause } from 'node:timers/promises'
import { progress } from '../bench/progress.js'
import { race, races } from './races.js'

/** Thousands of randomised races over two nodes in this process; gives the words for every one that went wrong. */
export async function runInterleavings (stage, { server, rounds, random }) {
  const nodes = await Promise.all([openNode(stage, server), openNode(stage, server)])
  try {
    while (!nodes.every(({ copies: { trust } }) => trust.shared && trust.longest() > 1000)) await pause(10)
    const outcomes = []
    for (const [number, name] of Object.keys(races).entries()) {
      progress(`${name} …`)
      outcomes.push({ name, rounds, ...await race(nodes, name, { rounds, random: random.fork(number) }) })
    }
    return outcomes
  } finally {
    await Promise.all(nodes.map((node) => node.close()))
  }
}

async function openNode ({ postgres, redis, keys }, server) {
  const beside = (name) => pathToFileURL(join(dirname(server), name)).href
  const [{ buildApp }, { readConfig }] = await Promise.all([import(beside('app.js')), import(beside('config.js'))])
  const app = await buildApp(readConfig({
    DATABASE_URL: `postgres://postgres@127.0.0.1:${postgres.port}/postgres`,
    REDIS_URL: `redis://127.0.0.1:${redis.port}`,
    KEYS_DIR: keys,
    DATA_DIR: join(dirname(keys), 'data'),
    PUBLIC_URL: 'http://gatehouse.test',
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'silent'
  }))
  await app.ready()
  return app
}
