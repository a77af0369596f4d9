import { createInterface } from 'node:readline/promises'
import { UsageError } from './usage.js'

type Input = NodeJS.ReadableStream & { isTTY?: boolean }

/** Asks a person for a yes. @throws UsageError where nobody can be asked */
export async function confirm (question: string, input: Input = process.stdin, output: NodeJS.WritableStream = process.stderr): Promise<boolean> {
  if (input.isTTY !== true) throw new UsageError('nobody is there to be asked whether it is meant: say so with --yes')
  const lines = createInterface({ input, output, terminal: false })
  try {
    const gone = new Promise<string>((resolve) => lines.once('close', () => resolve('')))
    return /^y(es)?$/i.test((await Promise.race([lines.question(`${question} [y/N] `), gone])).trim())
  } finally {
    lines.close()
  }
}
