import type { Fault } from '../run.js'

export const faults: Fault[]
