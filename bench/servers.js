import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { connection, request } from './http.js'
import { freePort } from './ports.js'
import { cpuMicroseconds, residentBytes } from './proc.js'
import { start, stop } from './processes.js'

const patience = 20_000
const reporter = fileURLToPath(new URL('report-memory.js', import.meta.url))
const optionsOfNode = (...more) => [process.env.NODE_OPTIONS, ...more].filter(Boolean).join(' ')

export async function startServer ({ file, env, readyPath, core, reportsMemory = false }) {
  const port = await freePort()
  const spawned = performance.now()
  const child = start(process.execPath, [file], {
    core,
    // Away from any .env file, which would change what is measured.
    cwd: tmpdir(),
    env: {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      PORT: String(port),
      NODE_OPTIONS: optionsOfNode(reportsMemory && `--import ${reporter}`),
      ...env
    },
    stdio: ['ignore', 'pipe', 'pipe', ...(reportsMemory ? ['ipc'] : [])]
  })
  let log = ''
  child.stdout.setEncoding('utf8').on('data', (text) => { log = (log + text).slice(-4000) })

  const url = `http://127.0.0.1:${port}`
  const agent = connection()
  while (!await isReady(agent, url + readyPath)) {
    const late = performance.now() - spawned > patience
    if (late || child.exitCode !== null) throw new Error(`${file} did not get ready: ${log}${child.errors}`)
    await sleep(5)
  }
  agent.destroy()

  return {
    url,
    pid: child.pid,
    startMilliseconds: performance.now() - spawned,
    cpuMicroseconds: () => cpuMicroseconds(child.pid),
    residentBytes: () => residentBytes(child.pid),
    async memory () {
      child.send('report memory')
      const [usage] = await once(child, 'message')
      return usage
    },
    stop: () => stop(child)
  }
}

async function isReady (agent, url) {
  try {
    return (await request(agent, url)).status === 200
  } catch {
    return false
  }
}
