import type { Random } from './random.js'

export interface Stage {
  nodes: Array<{ name: string, log: string }>
  close: () => Promise<void>
}

export function openStage (options: { server: string, random: Random }): Promise<Stage>
