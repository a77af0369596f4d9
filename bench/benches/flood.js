import { naive, ours, present } from '../contenders.js'
import { flood } from '../flood.js'
import { request } from '../http.js'
import { prepare, settle, writeCookies } from '../lineup.js'
import { load } from '../load.js'
import { loops } from '../loops.js'
import { progress } from '../progress.js'
import { makeUsers, registerUsers } from '../sessions.js'
import { count, decimal, ratio, table } from '../table.js'

export const packages = ['fastify', '@node-rs/argon2', 'piscina']

const timesCapacity = 10
const calm = { connections: 64, pauseMilliseconds: 64 }

// About a thousand session checks a second: alone, then beside as many logins as the server can hash, then beside ten times as many.
export default async function floodOfLogins (bench) {
  const { options, stores } = bench
  const rows = []
  for (const contender of present([ours, naive], options.only)) {
    const settled = await settle(contender, bench)
    const sessions = await prepare(settled, { sessions: 100, users: 100 })
    const cookiesFile = writeCookies(contender, sessions, stores.folder)
    const server = await settled.start({})
    try {
      const people = makeUsers(64).map((user) => ({ ...user, email: `flood-${user.email}` }))
      await registerUsers(server, settled, people)
      const shot = { ...options, ...calm, url: server.url + settled.paths.me, cookiesFile }
      rows.push(await measure({ server, settled, people, shot, seconds: contender === ours ? options.floodSeconds : Math.min(5, options.floodSeconds) }))
    } finally {
      await server.stop()
    }
  }
  return table([
    'flood', 'logins/s at most', 'sent/s', 'let in/s', '× at most', 'refused', 'refusal p99 ms', 'other answers', 'no answer in 2 s',
    'me p50 idle → flood, ms', 'me p99 idle → flood, ms', 'me errors', 'resident MB idle → peak'
  ], rows)
}

async function measure ({ server, settled, people, shot, seconds }) {
  const url = server.url + settled.paths.login
  await load({ ...shot, seconds: 2 })
  const idle = await load({ ...shot, seconds: Math.min(5, seconds) })
  const resident = server.residentBytes()
  const [{ perSecond: capacity }] = await Promise.all([logins(url, people, Math.min(10, seconds)), load({ ...shot, seconds: Math.min(10, seconds) })])
  progress(`${settled.name}: ${count(capacity)} logins/s at most; flooding with ${count(capacity * timesCapacity)}/s for ${seconds} s`)

  const peak = watchPeak(server)
  const [crowd, flooded] = await Promise.all([
    flood({ url, bodies: people, perSecond: capacity * timesCapacity, seconds }),
    load({ ...shot, seconds })
  ])
  return [
    settled.title, count(capacity), count(crowd.perSecond), count(crowd.admittedPerSecond),
    ratio(crowd.admittedPerSecond, capacity), count(crowd.refused), decimal(crowd.refusalP99, 1), count(crowd.errors), count(crowd.unanswered),
    `${decimal(idle.p50)} → ${decimal(flooded.p50)}`, `${decimal(idle.p99)} → ${decimal(flooded.p99)}`,
    count(idle.errors + flooded.errors), `${count(resident / 1e6)} → ${count(peak() / 1e6)}`
  ]
}

function logins (url, people, seconds) {
  let turn = 0
  return loops({
    connections: 8,
    seconds,
    step: async (agent) => (await request(agent, url, { method: 'POST', json: people[turn++ % people.length] })).status === 200
  })
}

function watchPeak (server) {
  let peak = 0
  const timer = setInterval(() => { peak = Math.max(peak, server.residentBytes()) }, 200)
  return () => {
    clearInterval(timer)
    return peak
  }
}
