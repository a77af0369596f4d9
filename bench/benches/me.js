import { bare, betterAuth, betterAuthCookieCache, express, naive, ours, present } from '../contenders.js'
import { warmUp, writeCookies } from '../lineup.js'
import { load } from '../load.js'
import { alternate } from '../rounds.js'
import { storeWork } from '../store-work.js'
import { count, decimal, ratio, table } from '../table.js'

export const packages = ['fastify', '@fastify/cookie', 'jose', 'ioredis', 'postgres', 'express', 'jsonwebtoken', 'pg', 'better-auth']

export default async function me (bench) {
  const { options, stores } = bench
  const lineup = []
  try {
    const rivals = options.sessions > 1000 ? [naive, bare] : [naive, express, betterAuth, betterAuthCookieCache, bare]
    for (const contender of present([ours, ...rivals], options.only)) {
      lineup.push(await warmUp(contender, bench))
    }
    for (const contender of lineup) {
      // The bare server is sent the same bytes as the first of the others.
      const { sessions } = contender.sessions.length > 0 ? contender : lineup[0]
      contender.cookiesFile = writeCookies(contender, sessions.length > 0 ? sessions : [{ cookie: 'access_token=none' }], stores.folder)
    }

    const results = await alternate(options.rounds, lineup, (contender, round) => measure(contender, round, options))
    const work = lineup[0].sessions.length > 0 ? await storeWork(lineup[0], bench) : undefined
    return [checks(results), work].filter(Boolean).join('\n\n')
  } finally {
    await Promise.all(lineup.map(({ server }) => server.stop()))
  }
}

async function measure (contender, round, options) {
  const { server, paths, cookiesFile, isSlow } = contender
  const { warmUpSeconds, connections, generator } = options
  const seconds = isSlow ? Math.min(3, options.seconds) : options.seconds
  const shot = { url: server.url + paths.me, cookiesFile, connections, generator }
  if (round === 1) await load({ ...shot, seconds: warmUpSeconds })

  const before = server.cpuMicroseconds()
  const figures = await load({ ...shot, seconds })
  contender.quietSince = performance.now()
  return { ...figures, microseconds: (server.cpuMicroseconds() - before) / figures.requests }
}

function checks (results) {
  const speed = (name) => [...results].find(([contender]) => contender.name === name)?.[1].perSecond
  const rows = [...results]
    .sort(([, a], [, b]) => b.perSecond - a.perSecond)
    .map(([{ title }, figures]) => [
      title,
      count(figures.perSecond),
      decimal(figures.p50),
      decimal(figures.p99),
      decimal(figures.microseconds, 0),
      ratio(figures.perSecond, speed(bare.name)),
      ratio(speed(ours.name), figures.perSecond),
      count(figures.errors),
      `${count(figures.generatorBusy * 100)} %`
    ])
  return table(['me', 'req/s', 'p50 ms', 'p99 ms', 'CPU µs/req', '× bare', 'Gatehouse is ×', 'errors', 'load busy'], rows)
}
