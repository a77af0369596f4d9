import type { Within } from '../lib/within.js'
import type { RedisClient } from './redis.js'

type Run = (...words: unknown[]) => Promise<unknown>

const commands = ['get', 'set', 'del', 'exists', 'publish', 'ping']

/** Each command of ours in a span: by its name alone, without its key. Here, where it is asked for: Redis gets many in one go. */
export function traceCommands (redis: RedisClient, within: Within) {
  const client = redis as unknown as Record<string, Run>

  function trace (name: string) {
    const run = client[name]
    if (run === undefined) return
    const attributes = { 'db.system.name': 'redis', 'db.operation.name': name }
    // A pipeline of ioredis borrows the commands of its client: there they are asked for once more.
    client[name] = function (this: unknown, ...words) {
      return this === redis ? within('call', name, attributes, async () => await run.apply(redis, words)) : run.apply(this, words)
    }
  }

  for (const name of commands) trace(name)
  const define = redis.defineCommand.bind(redis)
  redis.defineCommand = (name, definition) => {
    define(name, definition)
    trace(name)
  }
}
