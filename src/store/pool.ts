import type { Connection } from './connection.js'
import { endsConnection, StoreUnavailable } from './unavailable.js'

interface Turn {
  over: boolean
  taken: (connection: Connection) => void
  refused: (cause: unknown) => void
}

interface PoolOptions {
  size: number
  /** For the wait and the work together. */
  answerMilliseconds: number
  open: () => Promise<Connection>
}

/** After a failure to connect, all callers are told so at once for this long, instead of each trying again. */
const pauseMilliseconds = 100

/**
 * Connections handed out one caller at a time, first come first served. What postgres.js queues itself it looks through, dead slots
 * and all, at every query (3.4.9): there, it never queues.
 */
export function createPool ({ size, answerMilliseconds, open }: PoolOptions) {
  const connections = new Set<Connection>()
  const idle: Connection[] = []
  const waiting: Turn[] = []
  let opening = 0
  let failure: { cause: unknown, until: number } | undefined
  let closing = false
  let inUse = 0
  let drained = () => {}

  function take (turn: Turn) {
    const connection = idle.pop()
    if (connection) return turn.taken(connection)
    waiting.push(turn)
    grow()
  }

  function grow () {
    while (opening < waiting.length && connections.size + opening < size) {
      if (failure && performance.now() < failure.until) break
      opening++
      open().then((connection) => {
        opening--
        failure = undefined
        connections.add(connection)
        give(connection)
      }, (cause) => {
        opening--
        failure = { cause, until: performance.now() + pauseMilliseconds }
        grow()
      })
    }
    // With no connection left, none would ever be handed to those who wait.
    if (failure && connections.size + opening === 0) {
      for (const turn of waiting.splice(0)) if (!turn.over) turn.refused(failure.cause)
    }
  }

  function give (connection: Connection) {
    if (!connections.has(connection)) return
    if (closing || connection.lost || performance.now() > connection.expires) {
      lose(connection)
      return connection.close()
    }
    for (let turn = waiting.shift(); turn; turn = waiting.shift()) {
      if (!turn.over) return turn.taken(connection)
    }
    idle.push(connection)
  }

  function lose (connection: Connection) {
    if (!connections.delete(connection)) return
    const place = idle.indexOf(connection)
    if (place !== -1) idle.splice(place, 1)
    grow()
  }

  const use = <T>(work: (connection: Connection) => Promise<T>) => new Promise<T>((resolve, reject) => {
    if (closing) return reject(new StoreUnavailable('the store is closed'))
    inUse++
    let mine: Connection | undefined

    const turn: Turn = {
      over: false,
      taken (connection) {
        mine = connection
        work(connection).then(resolve, (error) => {
          if (endsConnection(error)) connection.discard()
          reject(error)
        }).finally(() => {
          settle()
          give(connection)
        })
      },
      refused (cause) {
        settle()
        reject(new StoreUnavailable('Postgres cannot be reached', { cause }))
      }
    }
    const settle = () => {
      if (turn.over) return
      turn.over = true
      clearTimeout(deadline)
      if (--inUse === 0) drained()
    }
    function giveUp () {
      if (turn.over) return
      settle()
      reject(new StoreUnavailable('Postgres did not answer in time'))
      // A server that is silent on one connection is silent on the idle ones too.
      if (mine) for (const connection of [mine, ...idle]) connection.discard()
    }
    // After what has arrived is read: a process that was busy does not take its own delay for that of Postgres.
    const deadline = setTimeout(() => setImmediate(giveUp), answerMilliseconds)

    take(turn)
  })

  async function close () {
    closing = true
    if (inUse > 0) await new Promise<void>((resolve) => { drained = resolve })
    await Promise.all([...connections].map((connection) => connection.close()))
  }

  /** Connections that stand, those of them at work, and callers that wait for one. */
  const counts = () => ({
    open: connections.size,
    busy: connections.size - idle.length,
    waiting: waiting.filter(({ over }) => !over).length
  })

  return { use, lose, close, counts }
}
