import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { request } from './http.js'
import { percentile } from './rounds.js'

const tick = 10
const patience = 2000

// Sends `perSecond` requests whether or not the last ones were answered, as a crowd does.
export async function flood ({ url, bodies, perSecond, seconds }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 512 })
  const answers = []
  const inFlight = []
  const started = performance.now()
  let sent = 0

  await new Promise((resolve) => {
    const timer = setInterval(() => {
      const passed = performance.now() - started
      while (sent < passed * perSecond / 1000) inFlight.push(one(bodies[sent++ % bodies.length]))
      if (passed < seconds * 1000) return
      clearInterval(timer)
      resolve()
    }, tick)
  })
  const passed = (performance.now() - started) / 1000
  await Promise.race([Promise.all(inFlight), sleep(patience)])

  const admitted = answers.filter(({ status }) => status === 200)
  const refused = answers.filter(({ status }) => status === 503 || status === 429)
  return {
    perSecond: sent / passed,
    admittedPerSecond: admitted.filter(({ at }) => at <= passed * 1000).length / passed,
    refused: refused.length,
    refusalP99: percentile(refused.map(({ milliseconds }) => milliseconds), 99),
    errors: answers.length - admitted.length - refused.length,
    unanswered: sent - answers.length
  }

  async function one (json) {
    const asked = performance.now()
    const { status } = await request(agent, url, { method: 'POST', json }).catch(() => ({ status: 0 }))
    const now = performance.now()
    answers.push({ status, at: now - started, milliseconds: now - asked })
  }
}
