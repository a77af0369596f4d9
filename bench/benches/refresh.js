import { signaturesPerSecond } from '../ceilings.js'
import { express, keepRefreshed, naive, ours, present, refreshRequest } from '../contenders.js'
import { request } from '../http.js'
import { prepare, settle } from '../lineup.js'
import { loops } from '../loops.js'
import { alternate } from '../rounds.js'
import { count, decimal, ratio, table } from '../table.js'

export const packages = ['fastify', 'jose', 'ioredis', 'postgres', 'express', 'jsonwebtoken', 'pg']

const ceiling = { name: 'signatures', title: 'ceiling: two RS256 signatures through jose, on every core' }

export default async function refresh (bench) {
  const { options } = bench
  const seconds = Math.min(4, options.seconds)
  const lineup = []
  try {
    for (const contender of present([ours, naive, express], options.only)) {
      const settled = await settle(contender, bench)
      const sessions = await prepare(settled, options)
      lineup.push({ ...settled, sessions, server: await settled.start({}) })
    }

    const results = await alternate(options.rounds, [ceiling, ...lineup], async (contender, round) => {
      if (contender === ceiling) return { perSecond: await signaturesPerSecond({ keys: bench.keys, seconds }) / 2 }
      if (round === 1) await measure(contender, options.connections, options.warmUpSeconds)
      return measure(contender, options.connections, seconds)
    })
    return asTable(results, results.get(ceiling).perSecond)
  } finally {
    await Promise.all(lineup.map(({ server }) => server.stop()))
  }
}

// Each client refreshes sessions that no other client has, one after the other: nobody refreshes one many times a second.
function inTurn (sessions, clients) {
  return Array.from({ length: clients }, (_, client) => {
    const own = sessions.filter((_session, index) => index % clients === client)
    let next = 0
    return () => own[next++ % own.length]
  })
}

async function measure (contender, connections, seconds) {
  const { server, paths } = contender
  const turns = inTurn(contender.sessions, connections)
  const before = server.cpuMicroseconds()
  const figures = await loops({
    connections,
    seconds,
    async step (agent, client) {
      const session = turns[client]()
      const answer = await request(agent, server.url + paths.refresh, refreshRequest(contender, session))
      if (answer.status !== 200) return false
      keepRefreshed(contender, session, answer)
      return true
    }
  })
  return { ...figures, microseconds: (server.cpuMicroseconds() - before) / figures.requests }
}

function asTable (results, ceilingPerSecond) {
  const rows = [...results].map(([{ title, signaturesPerRefresh }, figures]) => [
    title,
    signaturesPerRefresh ?? 2,
    count(figures.perSecond),
    decimal(figures.p50, 1),
    decimal(figures.p99, 1),
    decimal(figures.microseconds, 0),
    ratio(figures.perSecond, ceilingPerSecond * 2 / (signaturesPerRefresh ?? 2)),
    count(figures.errors),
    figures.generatorBusy === undefined ? '–' : `${count(figures.generatorBusy * 100)} %`
  ])
  return table(
    ['refresh', 'signatures each', 'per second', 'p50 ms', 'p99 ms', 'CPU µs/req', 'of what its signatures allow', 'errors', 'load busy'],
    rows
  )
}
