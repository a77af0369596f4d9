import type { Outcome } from './news.js'
import { platform, sleep, type Locks } from './platform.js'

export interface Turn<Result> { result: Result, outcome?: Outcome | undefined }

/** Acts while no other tab does. It is told how the turn before came out, and tells the next one before that begins. */
export type InTurn = <Result>(act: (before: Outcome | undefined) => Promise<Turn<Result>>) => Promise<Result>

/**
 * Turns of this client and, under a name, of all tabs. Every turn ends by itself within `longest` milliseconds; who has waited longer than
 * that waits no more.
 */
export function createTurns (name: string | undefined, longest: number): InTurn {
  if (name === undefined || platform.location === undefined) return byQueue()
  // Tabs that lose patience with a frozen one do so one after the other, and the first makes it good for all.
  const patience = () => longest * (1 + Math.random() / 4)
  const locks = platform.navigator?.locks
  return locks === undefined ? byLease(name, patience) : byWebLocks(locks, name, patience)
}

function byQueue (): InTurn {
  let last: Promise<unknown> = Promise.resolve()
  return async (act) => {
    const mine = last.then(async () => (await act(undefined)).result)
    last = mine.catch(() => {})
    return await mine
  }
}

// A browser takes a lock from a tab that is gone. One that is there and stands still is robbed.
function byWebLocks (locks: Locks, name: string, patience: () => number): InTurn {
  const prefix = `${name} `

  // Locks are what all tabs see in the same order, unlike messages: what the next turn must know is the name of one, held until
  // the message has certainly arrived.
  const leave = async (outcome: Outcome) => await new Promise<unknown>((resolve) => {
    const held = async () => {
      resolve(undefined)
      await sleep(1000)
    }
    locks.request(prefix + JSON.stringify(outcome), { mode: 'shared' }, held).catch(resolve)
  })

  const found = async () => {
    const { held = [] } = await locks.query().catch(() => ({ held: [] }))
    const outcomes = held.flatMap(({ name = '' }) => name.startsWith(prefix) ? [JSON.parse(name.slice(prefix.length)) as Outcome] : [])
    return outcomes.sort((one, other) => other.at - one.at)[0]
  }

  return async <Result>(act: (before: Outcome | undefined) => Promise<Turn<Result>>) => {
    let acting: Promise<Result> | undefined
    const turn = async () => {
      const { result, outcome } = await act(await found())
      if (outcome !== undefined) await leave(outcome)
      return result
    }
    const begin = async () => {
      acting = turn()
      await acting.catch(() => {})
    }

    // A lock is also refused where there may be none, and lost to a thief: neither stops a turn that has begun, or keeps one from beginning.
    await locks.request(name, { signal: AbortSignal.timeout(patience()) }, begin).catch(() => {})
    if (acting === undefined) await locks.request(name, { steal: true }, begin).catch(() => {})
    return await (acting ?? turn())
  }
}

interface Lease { owner?: string, until: number, outcome?: Outcome | undefined }

// Without https there are no Web Locks. This is the next best: two may hold it once in a long while, and the server bears with that.
function byLease (name: string, patience: () => number): InTurn {
  const read = (): Lease => JSON.parse(platform.localStorage?.getItem(name) ?? '{"until":0}') as Lease
  const write = (lease: Lease) => platform.localStorage?.setItem(name, JSON.stringify(lease))

  async function acquire (owner: string, longest: number) {
    for (const deadline = Date.now() + longest; Date.now() < deadline; await sleep(50)) {
      const { until, outcome } = read()
      if (until > Date.now()) continue
      write({ owner, until: Date.now() + longest, outcome })
      // What another tab wrote at the same time has arrived by then, on a busy machine too.
      await sleep(100 + Math.random() * 50)
      if (read().owner === owner) return
    }
  }

  return async (act) => {
    const owner = String(Math.random())
    let before: Outcome | undefined
    try {
      await acquire(owner, patience())
      before = read().outcome
    } catch { /* Storage may be forbidden: then tabs take no turns. */ }

    let outcome: Outcome | undefined
    try {
      const turn = await act(before)
      outcome = turn.outcome
      return turn.result
    } finally {
      try {
        if (read().owner === owner) write({ until: 0, outcome: outcome ?? before })
      } catch { /* As above. */ }
    }
  }
}
