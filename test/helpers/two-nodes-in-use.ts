import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { eventually } from './eventually.js'
import { logOut, refreshWith, signedIn, statusOf, type Device } from './sessions.js'

/** As long as one of the stores is broken. */
const heardWithin = 2000
const pause = 10

/**
 * Two nodes that are used all the time: devices that stay are asked for and refreshed on both, others sign in on one and sign out on
 * the other. Whatever must not be answered is kept, to be told of at the end; 503 is no such answer where Postgres may be `unavailable`.
 */
export async function keepUsing (t: Pick<Test, 'teardown'>, a: FastifyInstance, b: FastifyInstance, { unavailable = false } = {}) {
  const wrong = new Set<string>()
  const ended: string[] = []
  const staying: Device[] = [await signedIn(a), await signedIn(b), await signedIn(a)]
  const use = { running: true }

  const expect = async (what: string, status: Promise<number>, wished: number) => {
    const got = await status
    if (got !== wished && !(unavailable && got === 503)) wrong.add(`${what}: ${got}`)
  }

  async function stay (device: Device, refreshes: boolean) {
    let { access, refresh } = device
    for (; use.running; await wait(pause)) {
      await expect('who stays, on A', statusOf(a, access), 200)
      await expect('who stays, on B', statusOf(b, access), 200)
      if (!refreshes) continue
      const answer = await refreshWith(b, refresh)
      await expect('a refresh', Promise.resolve(answer.statusCode), 200)
      if (answer.statusCode === 200) ({ access_token: access, refresh_token: refresh } = answer.json())
    }
  }

  async function comeAndGo (from: FastifyInstance, to: FastifyInstance) {
    for (; use.running; await wait(pause)) {
      const device = await signedIn(from).catch((error: Error) => {
        if (!unavailable || !error.message.includes('unavailable')) throw error
      })
      if (device === undefined) continue
      await expect('who came, on the other node', statusOf(to, device.access), 200)
      const { statusCode } = await logOut(from, device.refresh)
      await expect('a logout', Promise.resolve(statusCode), 200)
      if (statusCode !== 200) continue
      await expect('who left, where it left', statusOf(from, device.access), 401)
      await refusedOn(to, device.access).catch((error: Error) => wrong.add(`who left, on the other node ${error.message}`))
      ended.push(device.access)
    }
  }

  async function lookBack () {
    for (let turn = 0; use.running; turn++, await wait(pause)) {
      const access = ended[turn % Math.max(1, ended.length)]
      if (access !== undefined) await expect('who has left', statusOf(turn % 2 === 0 ? a : b, access), 401)
    }
  }

  const users = [
    ...staying.map((device, place) => stay(device, place === 0)), comeAndGo(a, b), comeAndGo(b, a), lookBack()
  ].map((user) => user.catch((error: Error) => { wrong.add(error.message) }))

  /** What was answered wrongly, once all who use the nodes have stopped. */
  async function stop () {
    use.running = false
    await Promise.all(users)
    return [...wrong]
  }

  t.teardown(stop)
  return { ended, stop }
}

export const refusedOn = async (app: FastifyInstance, access: string, within = heardWithin) =>
  await eventually(() => statusOf(app, access), (status) => status === 401, { within, every: 1 })

/** Whether Redis is believed in, and word passes through it. */
export const isWell = ({ copies: { trust } }: FastifyInstance) => trust.shared && trust.longest() === 60_000

/** Milliseconds until the other node refuses what this one has ended: the middle one of nine, each far less than a sweep when the channel carries them. */
export async function timeToHear (from: FastifyInstance, to: FastifyInstance): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < 9; round++) {
    const device = await signedIn(from)
    await statusOf(to, device.access)
    await logOut(from, device.refresh)
    const begun = performance.now()
    await refusedOn(to, device.access)
    times.push(performance.now() - begun)
  }
  return times.sort((one, other) => one - other)[4] ?? Infinity
}
