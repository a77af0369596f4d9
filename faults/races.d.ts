import type { FastifyInstance } from 'fastify'
import type { Random } from './random.js'

export const races: Record<string, (witness: unknown) => Promise<void>>

export function race (nodes: FastifyInstance[], name: string, options: { rounds: number, random: Random }): Promise<{ wrong: string[], slowest: number }>
