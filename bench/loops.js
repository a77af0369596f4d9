import { connection } from './http.js'
import { percentile } from './rounds.js'

// One client a connection, each sending its next request when the last is answered.
export async function loops ({ connections, seconds, step }) {
  const latencies = []
  let errors = 0
  const cpu = process.cpuUsage()
  const started = performance.now()
  const until = started + seconds * 1000

  await Promise.all(Array.from({ length: connections }, async (_, client) => {
    const agent = connection()
    while (performance.now() < until) {
      const sent = performance.now()
      if (await step(agent, client)) latencies.push(performance.now() - sent)
      else errors++
    }
    agent.destroy()
  }))

  const passed = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(cpu)
  return {
    requests: latencies.length,
    perSecond: latencies.length / passed,
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
    errors,
    generatorBusy: (user + system) / 1e6 / passed
  }
}
