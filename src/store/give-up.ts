import type { Redis } from 'ioredis'

/**
 * Gives up each command that has no answer after so many milliseconds, once what has arrived is read: a process that was busy does not
 * take its own delay for that of Redis. After a pause as long, `commandTimeout` of ioredis (6.0.0) would give up all that were answered.
 */
export function giveUpAfter (redis: Redis, milliseconds: number) {
  const send = redis.sendCommand
  redis.sendCommand = (command, stream) => {
    const timer = setTimeout(() => setImmediate(() => command.reject(new Error('Command timed out'))), milliseconds)
    const settle = () => clearTimeout(timer)
    command.promise.then(settle, settle)
    return send.call(redis, command, stream)
  }
}
