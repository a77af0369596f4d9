import { parseArgs } from 'node:util'
import { configOfProcess } from '../config.js'
import { isServed, socketPathOf, startEmbedded } from '../store/embedded.js'
import { migrate } from '../store/migrations.js'
import { UsageError } from './usage.js'

/** Brings the tables to the newest version, or with `--to N` to that one, back or forth. */
export default async function migrateCommand (words: string[]) {
  const { values } = parseArgs({ args: words, options: { to: { type: 'string' } } })
  const version = values.to ?? 'max'
  if (version !== 'max' && !/^\d{1,6}$/.test(version)) throw new UsageError('usage: gatehouse migrate [--to N], N a version such as 3')

  const { databaseUrl, dataDir } = configOfProcess()
  const served = databaseUrl === undefined && await isServed(dataDir)
  const embedded = databaseUrl === undefined && !served ? await startEmbedded(dataDir) : undefined
  try {
    const run = await migrate(databaseUrl ?? { path: socketPathOf(dataDir) }, version === 'max' ? version : version.padStart(3, '0'))
    process.stdout.write(run.length === 0 ? 'nothing to do\n' : run.map((name) => `ran ${name}\n`).join(''))
  } finally {
    await embedded?.close()
  }
}
