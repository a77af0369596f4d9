import type { Outcome } from './run.js'

export function heading (): string
export function lineOf (outcome: Outcome): string
export function evidenceOf (outcome: Outcome): string[]
