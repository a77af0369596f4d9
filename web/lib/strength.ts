import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { weaknessOf } from '../../src/lib/password-rules.js'

export interface Strength {
  /** 0 (guessed at once) to 4 (out of reach). */
  score: number
  /** Why the server would refuse it. */
  weakness: string | undefined
}

const { adjacencyGraphs, dictionary } = await import('@zxcvbn-ts/language-common')
const zxcvbn = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs })

/** How strong a password is, by the list and the rules by which the server judges it. Large: it is loaded when somebody begins to choose one. */
export async function strengthOf (password: string, whose: { name: string, email: string }): Promise<Strength> {
  const weakness = await weaknessOf(password, whose)
  const { score } = zxcvbn.check(password, [whose.name, ...whose.email.split('@')].filter((word) => word !== ''))
  return { score: weakness === undefined ? score : Math.min(score, 1), weakness }
}
