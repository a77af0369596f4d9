import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { cpuMicroseconds } from './proc.js'
import { loadCore, start } from './processes.js'
import { findProgram } from './programs.js'

const wrk = findProgram('wrk')
const beside = (name) => fileURLToPath(new URL(name, import.meta.url))

export function generatorName (wanted) {
  return wanted ?? (wrk === undefined ? 'autocannon' : 'wrk')
}

// Gets `url` over and over on keep-alive connections, with the next line of `cookiesFile` each time; or posts the next line of `bodiesFile`.
// With a pause each connection waits so long between requests: a load that leaves the server room.
export async function load ({ url, cookiesFile, bodiesFile, seconds, connections, generator, pauseMilliseconds }) {
  const lines = bodiesFile === undefined ? [cookiesFile, 'cookies'] : [bodiesFile, 'bodies']
  const pause = pauseMilliseconds === undefined ? [] : [String(pauseMilliseconds)]
  const [command, args] = generatorName(generator) === 'wrk'
    ? [wrk, ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', beside('cycle-requests.lua'), url, '--', ...lines, ...pause]]
    : [process.execPath, [beside('cycle-requests.js'), url, ...lines, seconds, connections, ...pause].map(String)]

  const child = start(command, args, { core: loadCore })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text) => { output += text })
  const busy = watchCpu(child.pid)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${child.errors}`)

  const figures = JSON.parse(output.trim().split('\n').at(-1))
  return { ...figures, perSecond: figures.requests / figures.seconds, generatorBusy: busy() / 1e6 / figures.seconds }
}

// The load generator's own processor time: near 1, it was the limit and not the server.
function watchCpu (pid) {
  let last = 0
  const timer = setInterval(() => {
    try {
      last = cpuMicroseconds(pid)
    } catch {
      clearInterval(timer)
    }
  }, 100)
  return () => {
    clearInterval(timer)
    return last
  }
}
