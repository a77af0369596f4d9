import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { ours } from '../contenders.js'
import { connection, request } from '../http.js'
import { settle, writeCookies } from '../lineup.js'
import { load } from '../load.js'
import { run } from '../processes.js'
import { progress } from '../progress.js'
import { makeUsers, openSessions, registerUsers } from '../sessions.js'
import { countedDuring } from '../store-work.js'
import { count, decimal, table } from '../table.js'

export const packages = ['fastify', 'ioredis', 'postgres']

const ofOneUser = 1000
const ofEverybody = 100_000
const command = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
/** How long after the ending a session may still be accepted before that is no delay any more, but a fault. */
const patience = 5000
/** About 1,000 requests a second. */
const calm = { connections: 8, pauseMilliseconds: 8 }

// What ends many at once, on two nodes; and what an emptied Redis asks of Postgres.
export default async function endings (bench) {
  const settled = await settle({ ...ours, env: { ...ours.env, SESSIONS_PER_USER: String(ofOneUser) } }, bench)
  const { own, others } = await open(settled)
  const nodes = [await settled.start({}), await settled.start({})]
  const agent = connection()
  try {
    const emptied = await emptyRedis(nodes[0], settled, others, bench)
    const rows = [
      await ending(`a user's ${count(ofOneUser)} sessions, by logging out everywhere`, nodes, settled, own, async () => {
        const { status } = await request(agent, `${nodes[0].url}${settled.paths.logout}`, { method: 'POST', headers: { cookie: own[0].cookie }, json: { everywhere: true } })
        if (status !== 200) throw new Error(`logging out everywhere answers ${status}`)
      })
    ]
    await fill(settled.databaseUrl)
    rows.push(await ending(`everybody's ${count(ofEverybody)} sessions, by \`gatehouse sessions end --everyone\``, nodes, settled, others, async () => {
      await run(process.execPath, [command, 'sessions', 'end', '--everyone', '--yes'], { env: { PATH: process.env.PATH, ...settled.env } })
    }))
    return [table(['ended at once', 'ms to the answer', 'ms until the last request that one of two nodes accepted'], rows), emptied].join('\n\n')
  } finally {
    agent.destroy()
    await Promise.all(nodes.map((node) => node.stop()))
  }
}

// A user with many sessions, and many users with one.
async function open (settled) {
  const server = await settled.start(settled.preparing)
  try {
    const [user, ...users] = makeUsers(ofOneUser + 1)
    await registerUsers(server, settled, [user, ...users])
    return { own: await openSessions(server, settled, [user], ofOneUser), others: await openSessions(server, settled, users, ofOneUser) }
  } finally {
    await server.stop()
  }
}

async function ending (title, nodes, { paths }, sessions, end) {
  progress(title)
  await everyAccepted(nodes, paths, sessions)
  const begun = performance.now()
  const answered = end().then(() => performance.now() - begun)
  const [toTheAnswer, ...lastAccepted] = await Promise.all([answered, ...nodes.map((node) => untilRefused(node.url + paths.me, sessions, begun))])
  return [title, count(toTheAnswer), count(Math.max(...lastAccepted))]
}

async function everyAccepted (nodes, paths, sessions) {
  const agent = connection()
  for (const node of nodes) {
    for (const { cookie } of sessions) {
      const { status } = await request(agent, node.url + paths.me, { headers: { cookie } })
      if (status !== 200) throw new Error(`a session that nobody ended is answered ${status}`)
    }
  }
  agent.destroy()
}

// Asks for one session after the other while they end, until each was refused since the last that was accepted: gives when that one was sent.
async function untilRefused (url, sessions, begun) {
  let turn = 0
  let refused = 0
  let lastAccepted = 0
  await Promise.all(Array.from({ length: 4 }, async () => {
    const agent = connection()
    while (refused < sessions.length) {
      const sent = performance.now() - begun
      const { status } = await request(agent, url, { headers: { cookie: sessions[turn++ % sessions.length].cookie } })
      if (status === 401) refused++
      else if (status !== 200 || sent > patience) throw new Error(`a session is answered ${status} ${count(sent)} ms after all were to end`)
      else [refused, lastAccepted] = [0, Math.max(lastAccepted, sent)]
    }
    agent.destroy()
  }))
  return lastAccepted
}

async function fill (databaseUrl) {
  const sql = postgres(databaseUrl, { max: 1 })
  await sql`
    insert into sessions (id, user_id, access_id, refresh_id, access_role, transport, ip, user_agent, created_at, refreshed_at, expires_at)
    select gen_random_uuid(), user_id, gen_random_uuid(), gen_random_uuid(), access_role, transport, ip, user_agent, created_at, refreshed_at, expires_at
    from sessions, generate_series(1, ${ofEverybody / ofOneUser - 1})
    where ended_at is null
    limit ${ofEverybody - ofOneUser}
  `
  await sql.end()
}

async function emptyRedis (node, settled, sessions, { options, stores }) {
  progress('Redis emptied under load')
  const shot = { ...options, ...calm, url: node.url + settled.paths.me, cookiesFile: writeCookies(settled, sessions, stores.folder), seconds: 10 }
  const database = new URL(settled.databaseUrl).pathname.slice(1)
  await load({ ...shot, seconds: 3 })
  const idle = await countedDuring(stores, database, () => load(shot))
  const busy = await countedDuring(stores, database, async () => {
    const under = load(shot)
    setTimeout(() => { void stores.redis.flushall() }, 3000)
    return await under
  })
  const reads = Math.max(0, busy.postgres - idle.postgres) / sessions.length
  return table(
    ['Redis emptied under load', 'requests a second', 'refused or failed', 'Postgres transactions a live session'],
    [[settled.title, count(busy.done.perSecond), count(busy.done.errors), decimal(reads, 2)]]
  )
}
