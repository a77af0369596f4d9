import { setTimeout as pause } from 'node:timers/promises'
import { call } from '../client.js'
import { percentile } from '../../bench/rounds.js'

const timesCapacity = 10
const calm = { people: 8, perSecond: 60, weights: { me: 80, meEnded: 10, refresh: 10 } }

/** Ten times the logins that one node can hash: they are refused early and honestly, and the signed-in notice nothing. */
export default {
  name: 'login-flood',
  healthy: true,
  load: calm,
  settings: { both: { ARGON2_MEMORY_KIB: '19456', ARGON2_PASSES: '4' } },

  async strike ({ stage: { a }, load, milliseconds }) {
    const capacity = await capacityOf(a)
    const answers = []
    const begun = performance.now()
    const sent = []
    for (const until = begun + milliseconds; performance.now() < until; await pause(10)) {
      const due = (performance.now() - begun) / 1000 * capacity * timesCapacity
      while (sent.length < due && sent.length - answers.length < 500) sent.push(guess(a).then((answer) => answers.push(answer)))
    }
    await Promise.all(sent)

    const asked = load.history.filter(({ kind, node, start }) => kind === 'me' && node === 'a' && start > begun).map(({ start, end }) => end - start)
    const meP99 = Math.round(percentile(asked, 99))
    const honest = answers.every(({ status, retryAfter }) => status === 401 || (status === 503 && Number(retryAfter) > 0))
    const refused = answers.filter(({ status }) => status === 503).length
    return { capacity: Math.round(capacity), flooded: answers.length, refused, meP99, 'all answered honestly': honest, 'me stays fast': meP99 < 250 }
  }
}

const guess = (node) => call(node, { method: 'POST', path: '/api/auth/login', json: { email: 'nobody@faults.example', password: 'not the password' } })

async function capacityOf (node) {
  const times = 8
  const begun = performance.now()
  for (let number = 0; number < times; number++) await guess(node)
  return times * 1000 / (performance.now() - begun)
}
