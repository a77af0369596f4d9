import { setTimeout as sleep } from 'node:timers/promises'
import { naive, ours, present } from '../contenders.js'
import { connection, request } from '../http.js'
import { prepare, settle, writeCookies } from '../lineup.js'
import { load } from '../load.js'
import { progress } from '../progress.js'
import { percentile } from '../rounds.js'
import { count, decimal, table } from '../table.js'

export const packages = ['fastify', 'ioredis', 'postgres']

const endingsAtOnce = 4
const promisedMilliseconds = 2000
const background = { connections: 8, pauseMilliseconds: 16 }
const bystanders = 100

// Two nodes on the same stores: a session ends on A, and B is asked with its cookie until it refuses.
export default async function lag (bench) {
  const { options, stores } = bench
  const [contender] = present([ours, naive], options.only ?? [ours.name])
  if (contender === undefined) return 'Nothing to measure.'

  const settled = await settle(contender, bench)
  const wanted = options.endings + bystanders
  const sessions = await prepare(settled, { sessions: wanted, users: Math.min(1000, wanted) })
  const cookiesFile = writeCookies(contender, sessions.slice(0, bystanders), stores.folder)
  const nodes = [await settled.start({}), await settled.start({})]
  try {
    const doomed = sessions.slice(bystanders)
    const ending = { over: false }
    const loads = nodes.map((node) => keepLoading(ending, { url: node.url + settled.paths.me, cookiesFile, ...background }))
    const lags = await endAll(nodes, settled, doomed)
    ending.over = true
    const errors = (await Promise.all(loads)).reduce((sum, seen) => sum + seen, 0)

    await sleep(promisedMilliseconds)
    return asTable(settled, lags, await stillAccepted(nodes, settled, doomed), errors)
  } finally {
    await Promise.all(nodes.map((node) => node.stop()))
  }
}

async function keepLoading (ending, shot) {
  let errors = 0
  while (!ending.over) errors += (await load({ ...shot, seconds: 2 })).errors
  return errors
}

async function endAll ([a, b], { paths }, sessions) {
  const lags = []
  let next = 0
  const told = setInterval(() => progress(`ended ${lags.length}/${sessions.length}`), 5000)
  await Promise.all(Array.from({ length: endingsAtOnce }, async () => {
    const [toA, toB] = [connection(), connection()]
    while (next < sessions.length) {
      const { cookie } = sessions[next++]
      await expect(200, request(toB, b.url + paths.me, { headers: { cookie } }))
      await expect(200, request(toA, a.url + paths.logout, { method: 'POST', headers: { cookie } }))
      lags.push(await untilRefused(toB, b.url + paths.me, cookie))
    }
    toA.destroy()
    toB.destroy()
  }))
  clearInterval(told)
  return lags
}

// From A's answer to the end of B's first refusal, the last round trip included.
async function untilRefused (agent, url, cookie) {
  const ended = performance.now()
  let passed = 0
  while (passed < promisedMilliseconds) {
    const { status } = await request(agent, url, { headers: { cookie } })
    passed = performance.now() - ended
    if (status === 401) return passed
  }
  return Infinity
}

async function stillAccepted (nodes, { paths }, sessions) {
  let accepted = 0
  for (const node of nodes) {
    const agent = connection()
    for (const { cookie } of sessions) {
      const { status } = await request(agent, node.url + paths.me, { headers: { cookie } })
      if (status !== 401) accepted++
    }
    agent.destroy()
  }
  return accepted
}

async function expect (status, answering) {
  const answer = await answering
  if (answer.status !== status) throw new Error(`${answer.status} ${answer.text}, where ${status} was due`)
}

function asTable ({ title }, lags, accepted, errors) {
  return table(
    ['ended on A → refused on B', 'endings', 'p50 ms', 'p99 ms', 'p99.9 ms', 'max ms', 'accepted after 2 s', 'errors of the load'],
    [[
      title,
      count(lags.length),
      ...[50, 99, 99.9, 100].map((percent) => decimal(percentile(lags, percent), 1)),
      count(accepted),
      count(errors)
    ]]
  )
}
