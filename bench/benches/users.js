import postgres from 'postgres'
import { ours, present } from '../contenders.js'
import { request } from '../http.js'
import { settle } from '../lineup.js'
import { loops } from '../loops.js'
import { populate } from '../people.js'
import { planOf } from '../plans.js'
import { serverCore } from '../processes.js'
import { progress } from '../progress.js'
import { median } from '../rounds.js'
import { makeUsers, openSessions, registerUsers } from '../sessions.js'
import { count, decimal, table } from '../table.js'

export const packages = ['fastify', 'postgres']

// Few: what is asked for is how long a page takes, not how long it waits behind others.
const connections = 2
const samples = 500

export default async function users (bench) {
  const { options } = bench
  const [contender] = present([ours], options.only)
  if (contender === undefined) return 'Nothing to measure.'

  const settled = await settle(contender, bench)
  const server = await settled.start({}, { core: serverCore })
  const sql = postgres(settled.databaseUrl, { max: 1, onnotice () {} })
  try {
    const seconds = await populate(sql, options.people)
    const cookie = await signInAdmin(server, settled, sql)
    const rows = []
    for (const [title, query] of await cases(sql)) {
      await measure(server, cookie, query, Math.min(1, options.warmUpSeconds))
      const rounds = []
      for (let round = 1; round <= options.rounds; round++) rounds.push(await measure(server, cookie, query, Math.min(3, options.seconds)))
      const middle = (figure) => median(rounds.map((figures) => figures[figure]))
      progress(`${title}: p50 ${middle('p50').toFixed(2)} ms, p99 ${middle('p99').toFixed(2)} ms`)
      rows.push([title, decimal(middle('p50')), decimal(middle('p99')), decimal(middle('microseconds'), 0), count(middle('errors'))])
    }
    return [
      table([`${count(options.people)} users, pages of 20`, 'p50 ms', 'p99 ms', 'CPU µs/req', 'errors'], rows),
      await plans(sql),
      await sizes(sql, options.people, seconds)
    ].join('\n\n')
  } finally {
    await sql.end()
    await server.stop()
  }
}

async function signInAdmin (server, settled, sql) {
  const people = makeUsers(1)
  await registerUsers(server, settled, people)
  await sql`update users set role = 'admin', version = version + 1, updated_at = now() where email = ${people[0].email}`
  const [{ cookie }] = await openSessions(server, settled, people, 1)
  return cookie
}

async function cases (sql) {
  const { pageOf } = await import('../../dist/lib/pages.js')
  const people = await sql`
    select id, name, email, (extract(epoch from created_at) * 1000000)::bigint as micros, split_part(email, '@', 2) as domain
    from users
    order by random()
    limit ${samples}
  `
  let turn = 0
  const someone = () => people[turn++ % people.length]
  const after = (...place) => pageOf([0, 0], 1, () => place).nextCursor
  const letters = () => Array.from({ length: 6 }, () => 'qxz'[Math.floor(Math.random() * 3)]).join('')

  return [
    ['newest first', () => ({})],
    ['newest first, anywhere among them', () => ({ cursor: after(someone().micros, someone().id) })],
    ['newest first, pages of 100', () => ({ limit: 100 })],
    ['the few administrators', () => ({ role: 'admin' })],
    ['a name', () => ({ q: someone().name })],
    ['a surname, of 1 in 20', () => ({ q: someone().name.split(/[ -]/)[1] })],
    ['an address', () => ({ q: someone().email })],
    ['one letter', () => ({ q: someone().name[0] })],
    ['one letter, pages of 100', () => ({ q: someone().name[0], limit: 100 })],
    ['one letter, of the few administrators', () => ({ q: someone().name[0], role: 'admin' })],
    ['what nobody has', () => ({ q: letters() })],
    ['254 letters', () => ({ q: letters().padEnd(254, 'a') })],
    ['a domain, of 1 in 4', () => ({ q: someone().domain })],
    ['a domain, anywhere among them', () => {
      const { domain, id } = someone()
      return { q: domain, cursor: after(domain, id) }
    }]
  ]
}

/** Of a list, a search and either from a cursor on, as Postgres explains them. */
async function plans (sql) {
  const [someone] = await sql`
    select id, name, (extract(epoch from created_at) * 1000000)::bigint as micros, split_part(email, '@', 2) as domain
    from users
    order by created_at
    offset (select count(*) / 2 from users)
    limit 1
  `
  const { id, name, micros, domain } = someone
  const asked = [
    ['newest first', {}],
    ['newest first, from the middle', { after: { at: micros, id } }],
    ['the few administrators', { role: 'admin' }],
    ['a name', { q: name }],
    ['one letter', { q: name[0] }],
    ['one letter, of the few administrators', { q: name[0], role: 'admin' }],
    ['a domain, of 1 in 4', { q: domain }],
    ['a domain, from the middle', { q: domain, after: { at: domain, id } }]
  ]
  const rows = []
  for (const [title, query] of asked) rows.push([title, ...await planOf(sql, query)])
  return table(['`explain (analyze, buffers)`', 'is read by', 'rows', 'pages of 8 kB', 'ms'], rows)
}

async function measure (server, cookie, query, seconds) {
  const before = server.cpuMicroseconds()
  const figures = await loops({
    connections,
    seconds,
    async step (agent) {
      const { status } = await request(agent, `${server.url}/api/users?${new URLSearchParams(query())}`, { headers: { cookie } })
      return status === 200
    }
  })
  return { ...figures, microseconds: (server.cpuMicroseconds() - before) / figures.requests }
}

async function sizes (sql, people, seconds) {
  const [{ users, words }] = await sql`select pg_total_relation_size('users')::float8 as users, pg_total_relation_size('user_words')::float8 as words`
  return table(
    ['bytes a user, indexes included', 'users', 'what they are found by', 'made per second'],
    [[count(people), count(users / people), count(words / people), count(people / seconds)]]
  )
}
