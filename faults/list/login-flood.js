import { Agent } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { call } from '../client.js'
import { percentile } from '../../bench/rounds.js'

const timesCapacity = 10
const calm = { people: 8, perSecond: 60, weights: { me: 80, meEnded: 10, refresh: 10 } }

/** Ten times the logins that one node can hash: they are refused early and honestly, and the signed-in notice nothing. */
export default {
  name: 'login-flood',
  healthy: true,
  // A figure of speed says nothing beside other tests.
  short: false,
  load: calm,
  settings: { both: { ARGON2_MEMORY_KIB: '19456', ARGON2_PASSES: '4' } },

  async strike ({ stage, load, milliseconds }) {
    const a = { ...stage.a, agent: new Agent({ keepAlive: true, maxSockets: 600 }) }
    const idle = p99Of(load.history, 0)
    const capacity = await capacityOf(a)
    const answers = []
    const begun = performance.now()
    const sent = []
    for (const until = begun + milliseconds; performance.now() < until; await pause(10)) {
      const due = (performance.now() - begun) / 1000 * capacity * timesCapacity
      while (sent.length < due && sent.length - answers.length < 500) sent.push(guess(a).then((answer) => answers.push(answer)))
    }
    await Promise.all(sent)

    a.agent.destroy()
    const flooded = p99Of(load.history, begun)
    const honest = answers.every(({ status, retryAfter }) => status === 401 || (status === 503 && Number(retryAfter) > 0))
    const refused = answers.filter(({ status }) => status === 503).length
    return { 'logins a second': Math.round(capacity), flood: answers.length, refused, 'me p99': `${idle} → ${flooded}`, 'all answered honestly': honest, 'me stays fast': flooded < Math.max(100, 5 * idle) }
  }
}

const guess = (node) => call(node, { method: 'POST', path: '/api/auth/login', json: { email: 'nobody@faults.example', password: 'not the password' } })

const p99Of = (history, since) => Math.round(percentile(
  history.filter(({ kind, node, start, end }) => kind === 'me' && node === 'a' && start > since && end < Infinity).map(({ start, end }) => end - start), 99
))

async function capacityOf (node) {
  const times = 8
  const begun = performance.now()
  for (let number = 0; number < times; number++) await guess(node)
  return times * 1000 / (performance.now() - begun)
}
