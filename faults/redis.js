import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { freePort } from '../bench/ports.js'
import { needProgram } from '../bench/programs.js'
import { createStoreProcess } from './store-process.js'

/** A Redis of our own, which saves nothing unless it is told to. */
export async function startRedis (folder) {
  const home = join(folder, 'redis')
  mkdirSync(home)
  const port = await freePort()
  const store = createStoreProcess({
    command: needProgram('redis-server', 'apt-get install redis-server'),
    args: ['--port', String(port), '--bind', '127.0.0.1', '--dir', home, '--save', '', '--appendonly', 'no', '--enable-protected-configs', 'yes'],
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
