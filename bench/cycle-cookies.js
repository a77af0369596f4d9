// Run as a process of its own where there is no wrk: node cycle-cookies.js url cookies.txt seconds connections [pause]
import { readFileSync } from 'node:fs'
import autocannon from 'autocannon'

const [url, file, seconds, connections, pause] = process.argv.slice(2)
const cookies = readFileSync(file, 'utf8').trim().split('\n')
let clients = 0

const result = await autocannon({
  url,
  duration: Number(seconds),
  connections: Number(connections),
  ...(pause && { overallRate: Math.ceil(connections * 1000 / pause) }),
  setupClient (client) {
    const offset = Math.floor(cookies.length * clients++ / Number(connections))
    const turned = [...cookies.slice(offset), ...cookies.slice(0, offset)]
    client.setRequests(turned.map((cookie) => ({ method: 'GET', headers: { cookie } })))
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
