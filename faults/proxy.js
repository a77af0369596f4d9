import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { createLane } from './lane.js'

const calm = { milliseconds: 0, jitter: 0, refuses: false, holds: [], garbles: 0, only: 'all' }

/**
 * Stands before a store at `port`, and breaks what goes through: a delay, a cut, a black hole (what was sent arrives when it is over, as TCP would
 * have it), connections that nobody holds any more, flipped bytes; for all connections or for `only: 'subscription'`.
 */
export async function startProxy (port, random) {
  const pairs = new Set()
  let fault = calm

  const struck = (pair) => fault.only === 'all' || pair.subscribes
  const weather = (direction, pair) => ({
    delay: struck(pair) ? fault.milliseconds + random.between(-fault.jitter, fault.jitter) : 0,
    held: pair.abandoned || (struck(pair) && fault.holds.includes(direction)),
    garbles: struck(pair) ? fault.garbles : 0
  })

  const server = createServer((client) => {
    if (fault.refuses && fault.only === 'all') return client.resetAndDestroy()
    const store = connect(port, '127.0.0.1')
    const pair = { client, store, subscribes: false, abandoned: false }
    pair.up = createLane({ to: store, random, weather: () => weather('up', pair) })
    pair.down = createLane({ to: client, random, weather: () => weather('down', pair) })
    pairs.add(pair)

    client.on('data', (chunk) => {
      if (!pair.subscribes && /subscribe/i.test(chunk.toString('latin1'))) pair.subscribes = true
      if (fault.refuses && struck(pair)) return reset(pair)
      pair.up.push(chunk)
    })
    store.on('data', (chunk) => pair.down.push(chunk))
    client.on('error', () => {}).on('close', () => {
      pair.up.push('end')
      if (pair.abandoned) pairs.delete(pair)
    })
    store.on('error', () => {}).on('close', () => {
      pair.down.push('end')
      if (!pair.abandoned) pairs.delete(pair)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  function reset (pair) {
    pairs.delete(pair)
    breakOff(pair.client)
    breakOff(pair.store)
  }

  function strike (changes) {
    fault = { ...calm, ...changes }
    for (const pair of pairs) {
      pair.up.pump()
      pair.down.pump()
    }
  }

  return {
    port: server.address().port,
    /** All is well again; connections that led nowhere are reset at last. */
    pass () {
      strike({})
      for (const pair of pairs) if (pair.abandoned) reset(pair)
    },

    delay: (milliseconds, jitter = 0, only = 'all') => strike({ milliseconds, jitter, only }),
    blackhole: (holds = ['up', 'down'], only = 'all') => strike({ holds, only }),
    garble: (garbles, only = 'all') => strike({ garbles, only }),

    cut (only = 'all') {
      strike({ refuses: true, only })
      for (const pair of pairs) if (struck(pair)) reset(pair)
    },

    /** The connections there are lead nowhere from now on, and nobody is told. New ones are good. */
    halfOpen () {
      for (const pair of pairs) {
        pair.abandoned = true
        breakOff(pair.store)
      }
    },

    close () {
      server.close()
      for (const pair of pairs) reset(pair)
    }
  }
}

// A socket that is being ended already is never closed by a reset (Node 20).
function breakOff (socket) {
  if (socket.readableEnded || socket.writableEnded) socket.destroy()
  else socket.resetAndDestroy()
}
