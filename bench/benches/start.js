import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { naive, ours, present } from '../contenders.js'
import { settle } from '../lineup.js'
import { progress } from '../progress.js'
import { median } from '../rounds.js'
import { startServer } from '../servers.js'
import { count, table } from '../table.js'

export const packages = ['fastify', 'postgres', 'ioredis', '@electric-sql/pglite']

const idleSeconds = 5

// From spawning the process to its first 200 of /health/ready.
export default async function start (bench) {
  const rows = []
  for (const contender of present([ours, naive], bench.options.only ?? [ours.name])) {
    const settled = await settle(contender, bench)
    rows.push([`${contender.title}, services, first`, ...await starts(1, () => settled.start({}))])
    rows.push([`${contender.title}, services, later`, ...await starts(bench.options.rounds, () => settled.start({}))])
    if (contender !== ours) continue

    const embedded = embeddedIn(mkdtempSync(join(bench.stores.folder, 'embedded-')))
    rows.push([`${contender.title}, embedded, first`, ...await starts(1, embedded)])
    rows.push([`${contender.title}, embedded, later`, ...await starts(bench.options.rounds, embedded)])
  }
  return table(['start', 'ms to first answer', `resident MB after ${idleSeconds} s`], rows)
}

function embeddedIn (folder) {
  return () => startServer({
    file: ours.file,
    env: { LOG_LEVEL: 'warn', DATA_DIR: join(folder, 'data'), KEYS_DIR: join(folder, 'keys') },
    readyPath: '/health/ready'
  })
}

async function starts (times, act) {
  const milliseconds = []
  let resident
  for (let time = 1; time <= times; time++) {
    const server = await act()
    try {
      milliseconds.push(server.startMilliseconds)
      progress(`ready after ${count(server.startMilliseconds)} ms`)
      if (time < times) continue
      await sleep(idleSeconds * 1000)
      resident = server.residentBytes()
    } finally {
      await server.stop()
    }
  }
  return [count(median(milliseconds)), count(resident / 1e6)]
}
