import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Agent } from 'node:http'
import { freePort } from '../bench/ports.js'
import { connection, request } from '../bench/http.js'
import { start } from '../bench/processes.js'
import { startProxy } from './proxy.js'

/** How long a replaced access token is good in these runs, in milliseconds: short, so that its end is seen. */
export const overlapMilliseconds = 2000

const patience = 20_000

/** One server process with a proxy of its own before each store. It comes back on the same port. */
export async function createNode ({ name, server, keys, postgres, redis, random }) {
  const [port, toPostgres, toRedis] = await Promise.all([freePort(), startProxy(postgres.port, random.fork(1)), startProxy(redis.port, random.fork(2))])
  const url = `http://127.0.0.1:${port}`
  let child
  let settings = {}
  let wanted = false
  const node = { name, url, port, postgres: toPostgres, redis: toRedis, crashes: 0, leaving: false, log: '', agent: new Agent({ keepAlive: true, maxSockets: 64 }) }

  async function launch () {
    wanted = true
    const mine = start(process.execPath, [server], {
      // Away from any .env file, which would change what is tested.
      cwd: tmpdir(),
      env: {
        PATH: process.env.PATH,
        HOST: '127.0.0.1',
        PORT: String(port),
        PUBLIC_URL: 'http://gatehouse.test',
        DATABASE_URL: `postgres://postgres@127.0.0.1:${toPostgres.port}/postgres`,
        REDIS_URL: `redis://127.0.0.1:${toRedis.port}`,
        KEYS_DIR: keys,
        DATA_DIR: join(dirname(keys), 'data'),
        REFRESH_OVERLAP: `${overlapMilliseconds}ms`,
        RATE_LIMITS: 'off',
        WEB: 'off',
        ARGON2_MEMORY_KIB: '8192',
        ARGON2_PASSES: '1',
        HASH_THREADS: '1',
        LOG_LEVEL: 'warn',
        ...settings
      }
    })
    child = mine
    mine.stdout.setEncoding('utf8').on('data', (text) => { node.log = (node.log + text).slice(-200_000) })
    mine.once('exit', (code, signal) => {
      if (wanted && child === mine) {
        node.crashes++
        node.log += `\n${name} ended by itself: ${code ?? signal} ${mine.errors}\n`
      }
    })

    const agent = connection()
    const until = performance.now() + patience
    while (!await isReady(agent, url)) {
      if (performance.now() > until || mine.exitCode !== null || mine.signalCode !== null) throw new Error(`node ${name} did not get ready: ${node.log}${mine.errors}`)
      await pause(5)
    }
    agent.destroy()
    node.leaving = false
  }

  const isRunning = () => child !== undefined && child.exitCode === null && child.signalCode === null

  async function end (signal) {
    wanted = false
    if (!isRunning()) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }

  return Object.assign(node, {
    start: launch,
    kill: async () => await end('SIGKILL'),
    stop: async () => await end('SIGTERM'),
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),

    /** Settings beside the usual ones; the process is started anew when they are others than it has. */
    async settle (others = {}) {
      if (isRunning() && JSON.stringify(others) === JSON.stringify(settings)) return
      settings = others
      await end('SIGKILL')
      await launch()
    },

    async close () {
      child?.kill('SIGCONT')
      await end('SIGKILL')
      node.agent.destroy()
      toPostgres.close()
      toRedis.close()
    }
  })
}

async function isReady (agent, url) {
  try {
    return (await request(agent, `${url}/health/ready`)).status === 200
  } catch {
    return false
  }
}
