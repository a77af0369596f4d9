import type { Config } from '../config.js'
import { connectDatabase, type Sql } from '../store/database.js'
import { isServed, socketPathOf, startEmbedded } from '../store/embedded.js'
import { migrate } from '../store/migrations.js'

/** Does its work on the database that the settings name, its tables brought to the newest version: a running server's embedded one, too. */
export async function withDatabase<Result> ({ databaseUrl, dataDir }: Pick<Config, 'databaseUrl' | 'dataDir'>, work: (sql: Sql) => Promise<Result>): Promise<Result> {
  const served = databaseUrl === undefined && await isServed(dataDir)
  const embedded = databaseUrl === undefined && !served ? await startEmbedded(dataDir) : undefined
  try {
    const url = databaseUrl ?? { path: socketPathOf(dataDir) }
    await migrate(url)
    const log = { warn: (_details: object, message: string) => process.stderr.write(`gatehouse: ${message}\n`) }
    const { sql, close } = connectDatabase({ url, pool: 2, log })
    try {
      return await work(sql)
    } finally {
      await close()
    }
  } finally {
    await embedded?.close()
  }
}
