import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { start } from '../bench/processes.js'

/** A store of ours that can be killed, frozen and brought back on the same port. */
export function createStoreProcess ({ command, args, options, answers, stopSignal }) {
  let child

  const family = () => child === undefined ? [] : [child.pid, ...childrenOf(child.pid)]
  const signal = (pids, name) => {
    for (const pid of pids) {
      try {
        process.kill(pid, name)
      } catch {}
    }
  }

  async function launch () {
    child = start(command, args, options)
    child.stdout.resume()
    const { pid } = child
    child.once('exit', () => { if (child?.pid === pid) child = undefined })

    for (const deadline = performance.now() + 20_000; performance.now() < deadline; await pause(10)) {
      if (child === undefined) throw new Error(`${command} did not start`)
      if (await answers(child).catch(() => false)) return
    }
    throw new Error(`${command} does not answer: ${child.errors}`)
  }

  return {
    start: launch,

    async kill () {
      if (child === undefined) return
      const gone = once(child, 'exit')
      // The parent first, so that it has no more children than those listed.
      signal([child.pid], 'SIGSTOP')
      const pids = family()
      signal(pids, 'SIGKILL')
      await gone
      while (pids.some(isRunning)) await pause(2)
    },

    freeze () {
      signal([child.pid], 'SIGSTOP')
      signal(family(), 'SIGSTOP')
    },

    thaw: () => signal(family(), 'SIGCONT'),

    async close () {
      if (child === undefined) return
      const gone = once(child, 'exit')
      signal(family(), 'SIGCONT')
      signal([child.pid], stopSignal)
      await gone
    }
  }
}

const childrenOf = (pid) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)

function isRunning (pid) {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
