import { availableParallelism } from 'node:os'
import { hashesPerSecond } from '../ceilings.js'
import { betterAuth, express, naive, ours, present } from '../contenders.js'
import { settle, writeCredentials } from '../lineup.js'
import { load } from '../load.js'
import { alternate } from '../rounds.js'
import { makeUsers, registerUsers } from '../sessions.js'
import { count, decimal, ratio, table } from '../table.js'

export const packages = ['fastify', '@node-rs/argon2', 'jose', 'ioredis', 'postgres', 'express', 'pg', 'better-auth']

// As many as keep every hash thread busy without filling the queue of any server.
const connections = 16
const hashThreads = Math.max(1, availableParallelism() - 1)
const ceiling = { name: 'hashes', title: `ceiling: argon2id in ${hashThreads} thread${hashThreads > 1 ? 's' : ''}, nothing else` }

export default async function login (bench) {
  const { options } = bench
  const { seconds } = options
  const users = makeUsers(64)
  const lineup = []
  try {
    for (const contender of present([ours, naive, express, betterAuth], options.only)) {
      const settled = await settle(contender, bench)
      const server = await settled.start({ HASH_THREADS: String(hashThreads) })
      await registerUsers(server, settled, users)
      lineup.push({ ...settled, server, bodiesFile: writeCredentials(settled, users, bench.stores.folder) })
    }

    const results = await alternate(options.rounds, [ceiling, ...lineup], async (contender, round) => {
      if (contender === ceiling) return { perSecond: await hashesPerSecond({ threads: hashThreads, seconds }) }
      if (round === 1) await measure(contender, 3 * options.warmUpSeconds, options)
      return measure(contender, seconds, options)
    })
    return asTable(results)
  } finally {
    await Promise.all(lineup.map(({ server }) => server.stop()))
  }
}

async function measure ({ server, paths, bodiesFile }, seconds, { generator }) {
  const before = server.cpuMicroseconds()
  const figures = await load({ url: server.url + paths.login, bodiesFile, connections, seconds, generator })
  return { ...figures, milliseconds: (server.cpuMicroseconds() - before) / figures.requests / 1000 }
}

function asTable (results) {
  const speed = (name) => [...results].find(([contender]) => contender.name === name)?.[1].perSecond
  const rows = [...results].map(([{ title }, figures]) => [
    title,
    count(figures.perSecond),
    decimal(figures.p50, 0),
    decimal(figures.p99, 0),
    decimal(figures.milliseconds, 1),
    ratio(figures.perSecond, speed(ceiling.name)),
    ratio(speed(ours.name), figures.perSecond),
    count(figures.errors)
  ])
  return table(['login', 'per second', 'p50 ms', 'p99 ms', 'CPU ms/login', '× ceiling', 'Gatehouse is ×', 'errors'], rows)
}
