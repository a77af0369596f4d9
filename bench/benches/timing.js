import { ours } from '../contenders.js'
import { connection, request } from '../http.js'
import { settle } from '../lineup.js'
import { progress } from '../progress.js'
import { median } from '../rounds.js'
import { makeUsers } from '../sessions.js'
import { count, decimal, table } from '../table.js'

export const packages = ['fastify', '@node-rs/argon2', 'postgres']

const promisedPercent = 3
const strangerOf = ({ email }) => `no-${email}`

// What is asked of an address that has an account, and of one that has none; the first registers the accounts that the others know.
const stories = [
  {
    title: 'register',
    path: '/api/auth/register',
    known: (user, { before }) => ({ json: before, status: 409 }),
    unknown: (user) => ({ json: user, status: 200 })
  },
  {
    title: 'login with a wrong password',
    path: '/api/auth/login',
    known: ({ email }) => ({ json: { email, password: 'not this password' }, status: 401 }),
    unknown: (user) => ({ json: { email: strangerOf(user), password: 'not this password' }, status: 401 })
  },
  {
    title: 'forgot-password',
    path: '/api/auth/forgot-password',
    known: ({ email }) => ({ json: { email }, status: 202 }),
    unknown: (user) => ({ json: { email: strangerOf(user) }, status: 202 })
  }
]

// Whether the time of an answer tells which addresses have an account: one request at a time, known and unknown in turn.
export default async function timing (bench) {
  const times = bench.options.times
  const settled = await settle(ours, bench)
  const server = await settled.start({})
  const agent = connection()
  try {
    const [first, ...users] = makeUsers(times + 1)
    await ask(agent, server.url, stories[0], { json: first, status: 200 })
    const rows = []
    for (const story of stories) {
      progress(`timing: ${story.title}`)
      rows.push(asRow(story, await measure(agent, server.url, story, [first, ...users])))
    }
    return table(['', 'requests of each', 'known p50 ms', 'unknown p50 ms', 'difference %', `within ${promisedPercent} %`], rows)
  } finally {
    agent.destroy()
    await server.stop()
  }
}

async function measure (agent, url, story, users) {
  const seen = { known: [], unknown: [] }
  for (let turn = 1; turn < users.length; turn++) {
    // In either order, so that neither always comes after the other.
    for (const kind of Math.random() < 0.5 ? ['known', 'unknown'] : ['unknown', 'known']) {
      const asked = story[kind](users[turn], { before: users[turn - 1] })
      seen[kind].push(await ask(agent, url, story, asked))
    }
  }
  return seen
}

async function ask (agent, url, { path }, { json, status }) {
  const begun = performance.now()
  const answer = await request(agent, url + path, { method: 'POST', json })
  const passed = performance.now() - begun
  if (answer.status !== status) throw new Error(`${path} answers ${answer.status} ${answer.text}, where ${status} was due`)
  return passed
}

function asRow ({ title }, { known, unknown }) {
  const difference = (median(known) / median(unknown) - 1) * 100
  return [
    title,
    count(known.length),
    decimal(median(known)),
    decimal(median(unknown)),
    decimal(difference, 1),
    Math.abs(difference) <= promisedPercent ? 'yes' : '**no**'
  ]
}
