import { randomUUID } from 'node:crypto'
import { Command, type Redis } from 'ioredis'

const stepMilliseconds = 500
/** So many words in a row may be without an answer when the next is due; a Redis that says nothing at all is given up as soon. */
const longestSteps = 2

/**
 * Makes a connection anew that is out of step: whose answers are those to other commands, or that is stuck within one. One flipped bit is
 * enough for either, and neither ends by itself.
 */
export function keepInStep (redis: Redis) {
  let asked: Command | undefined
  let unanswered = 0

  const makeAnew = () => { if (redis.status === 'ready') redis.disconnect(true) }
  // The promise of a command is over long before, and says nothing of an answer that comes late.
  const waits = (command: Command) => redis.commandQueue.toArray().some((item) => item.command === command)

  function step () {
    unanswered = asked !== undefined && waits(asked) ? unanswered + 1 : 0
    asked = undefined
    if (unanswered >= longestSteps) return makeAnew()
    if (redis.status !== 'ready') return

    const word = randomUUID()
    asked = new Command('ping', [word], { replyEncoding: 'utf8' })
    redis.sendCommand(asked)
    asked.promise.then((answer) => { if (answer !== word) makeAnew() }, () => {})
  }

  // After what has arrived is read: a process that was busy does not take its own delay for that of Redis.
  const stepping = setInterval(() => setImmediate(step), stepMilliseconds).unref()
  redis.once('end', () => clearInterval(stepping))
  // Such as an answer to no command.
  redis.on('error', makeAnew)
}
