import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { freePort } from '../bench/ports.js'
import { needProgram } from '../bench/programs.js'
import { createStoreProcess } from './store-process.js'

/** A Redis of our own, which saves nothing unless it is told to; with these arguments beside the usual ones. */
export async function startRedis (folder, ...args) {
  const port = await freePort()
  return await startServer(mkdtempSync(join(folder, 'redis-')), port, [
    '--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--enable-protected-configs', 'yes', ...args
  ])
}

/** A sentinel of our own, which calls a master of this name dead when two say so. */
export async function startSentinel (folder, name, master) {
  const port = await freePort()
  const home = mkdtempSync(join(folder, 'sentinel-'))
  const settings = join(home, 'sentinel.conf')
  writeFileSync(settings, [
    `sentinel monitor ${name} 127.0.0.1 ${master.port} 2`,
    `sentinel down-after-milliseconds ${name} 500`,
    `sentinel failover-timeout ${name} 2000`,
    ''
  ].join('\n'))
  return await startServer(home, port, [settings, '--sentinel', '--port', String(port), '--bind', '127.0.0.1'])
}

async function startServer (home, port, args) {
  const store = createStoreProcess({
    command: needProgram('redis-server', 'apt-get install redis-server'),
    args: [...args, '--dir', home],
    options: { cwd: home },
    answers: async () => await tell('ping') === 'PONG',
    stopSignal: 'SIGTERM'
  })

  /** Runs one command on a connection of its own, past every proxy. */
  async function tell (...words) {
    const redis = new Redis(port, '127.0.0.1', { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0, connectTimeout: 1000 })
    redis.on('error', () => {})
    try {
      await redis.connect()
      return await redis.call(...words)
    } finally {
      redis.disconnect()
    }
  }

  await store.start()
  return {
    ...store,
    port,
    tell,
    /** Forgets what was saved, so that the next start is an empty one. */
    erase: () => rmSync(join(home, 'dump.rdb'), { force: true })
  }
}
