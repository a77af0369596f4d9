import { parseArgs } from 'node:util'
import { fileURLToPath } from 'node:url'

export function readOptions (args) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      seconds: { type: 'string', default: '12' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
      rounds: { type: 'string', default: '1000' },
      server: { type: 'string', default: fileURLToPath(new URL('../dist/server.js', import.meta.url)) }
    }
  })
  return { only: values.only?.split(','), seconds: Number(values.seconds), seed: Number(values.seed), rounds: Number(values.rounds), server: values.server }
}
