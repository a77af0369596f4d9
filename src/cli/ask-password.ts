import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'

type Input = NodeJS.ReadableStream & { isTTY?: boolean }
type Output = Pick<NodeJS.WritableStream, 'write'>

/** A password typed twice at a terminal, which shows nothing of it, or the first line of a pipe. */
export async function askPassword (input: Input = process.stdin, output: Output = process.stderr): Promise<string> {
  if (input.isTTY !== true) return await lineOf(input) ?? refuse('no password came on standard input: type it at a terminal, pipe it in, or have one made with --generate')

  const password = await askSilently('Password: ', input, output)
  if (await askSilently('Once more: ', input, output) !== password) refuse('the two passwords differ')
  return password
}

async function askSilently (question: string, input: Input, output: Output): Promise<string> {
  output.write(question)
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  try {
    return await lineOf(input, { output: nowhere, terminal: true, historySize: 0 }) ?? refuse('no password was given')
  } finally {
    output.write('\n')
  }
}

async function lineOf (input: Input, options = {}): Promise<string | undefined> {
  const lines = createInterface({ input, crlfDelay: Infinity, ...options })
  try {
    return await new Promise((resolve) => {
      lines.once('line', resolve).once('SIGINT', () => resolve(undefined)).once('close', () => resolve(undefined))
    })
  } finally {
    lines.close()
  }
}

function refuse (message: string): never {
  throw new Error(message)
}
