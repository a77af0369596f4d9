import { cookieHeader, cookieValue } from './cookies.js'
import { connection, request } from './http.js'
import { progress } from './progress.js'

const password = 'lantern gravel orbit mistral'
const parallel = 32

export function makeUsers (count) {
  return Array.from({ length: count }, (_, index) => ({
    name: 'Ada Lovelace',
    email: `user-${String(index + 1).padStart(4, '0')}@bench.example`,
    password
  }))
}

export async function registerUsers (server, { paths, name }, users) {
  await inParallel(users, `${name}: users`, (user, agent) => accepted(agent, server.url + paths.register, user))
}

// One login each time, the users in turn.
export async function openSessions (server, { paths, name }, users, count) {
  const turns = Array.from({ length: count }, (_, index) => users[index % users.length])
  return inParallel(turns, `${name}: sessions`, async ({ email }, agent) => {
    const answer = await accepted(agent, server.url + paths.login, { email, password })
    const setCookies = answer.headers['set-cookie']
    return {
      email,
      cookie: cookieHeader(setCookies, paths.me),
      refreshToken: cookieValue(setCookies, 'refresh_token')
    }
  })
}

// A load on refused requests would flatter the server that refuses.
export async function proveSessions (server, { paths, name }, sessions) {
  const agent = connection()
  for (const { email, cookie } of [sessions[0], sessions.at(-1)]) {
    const { status, text } = await request(agent, server.url + paths.me, { headers: { cookie } })
    if (status !== 200 || !text.includes(email)) throw new Error(`${name} answers ${status} ${text} to ${email}`)
  }
  agent.destroy()
}

async function accepted (agent, url, json) {
  const answer = await request(agent, url, { method: 'POST', json })
  if (answer.status !== 200) throw new Error(`${url} answers ${answer.status} ${answer.text}`)
  return answer
}

async function inParallel (items, label, act) {
  const results = new Array(items.length)
  let next = 0
  const told = setInterval(() => progress(`${label} ${next}/${items.length}`), 5000)
  try {
    await Promise.all(Array.from({ length: parallel }, async () => {
      const agent = connection()
      while (next < items.length) {
        const mine = next++
        results[mine] = await act(items[mine], agent)
      }
      agent.destroy()
    }))
  } finally {
    clearInterval(told)
  }
  return results
}
