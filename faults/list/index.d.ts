import type { Fault } from '../run.js'

export const storeFaults: Fault[]
export const nodeFaults: Fault[]
export const faults: Fault[]
