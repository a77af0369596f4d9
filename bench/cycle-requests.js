// Run as a process of its own where there is no wrk: node cycle-requests.js url lines.txt cookies|bodies seconds connections [pause]
import { readFileSync } from 'node:fs'
import autocannon from 'autocannon'

const [url, file, kind, seconds, connections, pause] = process.argv.slice(2)
const requests = readFileSync(file, 'utf8').trim().split('\n').map((line) => kind === 'bodies'
  ? { method: 'POST', headers: { 'content-type': 'application/json' }, body: line }
  : { method: 'GET', headers: { cookie: line } })
let clients = 0

const result = await autocannon({
  url,
  duration: Number(seconds),
  connections: Number(connections),
  ...(pause && { overallRate: Math.ceil(connections * 1000 / pause) }),
  setupClient (client) {
    const offset = Math.floor(requests.length * clients++ / Number(connections))
    client.setRequests([...requests.slice(offset), ...requests.slice(0, offset)])
  }
})

console.log(JSON.stringify({
  requests: result.requests.total,
  seconds: result.duration,
  p50: result.latency.p50,
  p99: result.latency.p99,
  p999: result.latency.p99_9,
  max: result.latency.max,
  errors: result.errors + result.timeouts + result.non2xx
}))
