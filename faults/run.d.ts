import type { Entry } from './checker.js'
import type { Random } from './random.js'
import type { Stage } from './stage.js'

export interface Fault {
  name: string
  /** Why it cannot be played on this machine. */
  /** False when it says nothing in a short time, or beside other tests. */
  short?: boolean
  missing?: () => string | undefined | Promise<string | undefined>
}

export interface Outcome {
  name: string
  figures: Record<string, number | string | boolean>
  /** Names of the figures that are not as they must be. */
  off: string[]
  found: Record<string, Entry[]>
  history: Entry[]
  during: { from: number, to: number }
}

export function runFault (fault: Fault, stage: Stage, options: {
  seconds: number, random: Random, healthyMilliseconds?: number, people?: number, perSecond?: number
}): Promise<Outcome>
