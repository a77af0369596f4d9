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
    return [table(['ended at once', 'ms to the answer', 'ms until two nodes refuse every one'], rows), emptied].join('\n\n')
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
  await answers(nodes, paths, sessions, 200)
  const begun = performance.now()
  await end()
  const answered = performance.now() - begun
  await answers(nodes, paths, sessions, 401)
  return [title, count(answered), count(performance.now() - begun)]
}

// Every session on every node, until each is answered so.
async function answers (nodes, paths, sessions, wanted) {
  const until = performance.now() + 5000
  for (const node of nodes) {
    const left = [...sessions]
    await Promise.all(Array.from({ length: 8 }, async () => {
      const agent = connection()
      for (let session = left.pop(); session !== undefined; session = left.pop()) {
        let status
        do status = (await request(agent, node.url + paths.me, { headers: { cookie: session.cookie } })).status
        while (status !== wanted && performance.now() < until)
        if (status !== wanted) throw new Error(`a session is answered ${status} where ${wanted} is right`)
      }
      agent.destroy()
    }))
  }
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
