import { setTimeout as pause } from 'node:timers/promises'
import { check } from './checker.js'
import { findOff } from './limits.js'
import { createLoad } from './load.js'
import { overlapMilliseconds } from './nodes.js'

/**
 * Plays one fault under load: a quarter of the `seconds` before it, up to half of them while it is on, the rest after it; then an audit of all that was
 * acknowledged. Gives the figures, and what speaks against them. A fault that needs more than the stage has brings it along, and clears it away.
 */
export async function runFault (fault, stage, options) {
  const own = await fault.open?.(stage)
  try {
    return await play({ ...fault, ...own }, stage, options)
  } finally {
    await own?.close()
  }
}

async function play (fault, stage, { seconds, random, healthyMilliseconds = 50, ...shape }) {
  await stage.settle(fault.settings)
  const load = createLoad({ nodes: stage.nodes, random, ...shape, ...fault.load })
  const crashes = crashesOf(stage)
  await load.start()
  await pause(seconds * 250)

  const from = performance.now()
  const own = await strike(fault, stage, load, { random, milliseconds: seconds * 450 })
  const to = performance.now()

  await pause(Math.max(seconds * 300, 2500))
  await load.stop()
  await load.audit()

  const { figures, found } = check(load.history, {
    windows: fault.healthy ? [] : [{ from, to }],
    liftedAt: to,
    breaks: fault.breaks,
    overlapMilliseconds,
    healthyMilliseconds,
    leewayMilliseconds: fault.leewayMilliseconds ?? 0
  })
  const all = { ...figures, crashes: crashesOf(stage) - crashes, ...own }
  return { name: fault.name, figures: all, off: findOff(all), found, history: load.history, during: { from, to } }
}

// A fault that fails half-way must not leave its load running.
async function strike (fault, stage, load, options) {
  try {
    return await fault.strike({ stage, load, ...options })
  } catch (error) {
    await load.stop()
    throw error
  }
}

const crashesOf = ({ nodes }) => nodes.reduce((sum, { crashes }) => sum + crashes, 0)
