import { parseArgs } from 'node:util'
import { configOfProcess } from '../config.js'
import type { Sql } from '../store/database.js'
import { createEnding } from '../store/sessions/ending.js'
import type { Telling } from '../store/telling.js'
import { createUsersStore } from '../store/users/postgres.js'
import { confirm } from './confirm.js'
import { withDatabase } from './database.js'
import { findUser, uuid } from './find-user.js'
import { tellNodes } from './tell-nodes.js'
import { UsageError } from './usage.js'

const usage = 'usage: gatehouse sessions end ID…, or --user EMAIL|ID, or --everyone [--yes]'
const actor = { by: 'command line' }

/** What was ended, how the nodes are told of it, and what was asked for and is not there. */
interface Done { says: string, tell?: (nodes: Telling) => Promise<void>, absent?: string[] }

/** Ends sessions as an administrator does: those named, all of a user, or everybody's. The record comes first, then running nodes are told. */
export default async function endSessionsCommand (words: string[]) {
  const { values: { user, everyone, yes }, positionals: ids } = parseArgs({
    args: words,
    allowPositionals: true,
    options: { user: { type: 'string' }, everyone: { type: 'boolean', default: false }, yes: { type: 'boolean', default: false } }
  })
  if ([ids.length > 0, user !== undefined, everyone].filter(Boolean).length !== 1 || !ids.every((id) => uuid.test(id))) throw new UsageError(usage)
  const config = configOfProcess()
  if (everyone && !yes && !await confirm("End everybody's sessions?")) throw new Error('nothing was ended')

  const { says, tell, absent = [] } = await withDatabase(config, async (sql) => {
    if (everyone) return await endEveryone(sql)
    return user === undefined ? await endNamed(sql, ids) : await endAllOf(sql, user)
  })
  process.stdout.write(tell === undefined ? `${says}\n` : `${says}: running nodes refuse them ${await tellNodes(config, tell)}\n`)
  if (absent.length > 0) throw new Error(`no live session has the id ${absent.join(', ')}`)
}

async function endEveryone (sql: Sql): Promise<Done> {
  const micros = await createEnding(sql).endEveryone(actor)
  return { says: "ended everybody's sessions", tell: async (nodes) => await nodes.everyoneEnded(micros) }
}

async function endAllOf (sql: Sql, word: string): Promise<Done> {
  const { id, email } = await findUser(sql, word)
  return ofSessions(await createUsersStore(sql).endSessionsBy(actor, id) ?? [], ` of ${email}`)
}

async function endNamed (sql: Sql, words: string[]): Promise<Done> {
  const ids = [...new Set(words.map((word) => word.toLowerCase()))]
  const ended = await createEnding(sql).endThese(ids, { because: 'revoked', ...actor })
  return { ...ofSessions(ended), absent: ids.filter((id) => !ended.includes(id)) }
}

const ofSessions = (ended: string[], whose = ''): Done => ({
  says: `ended ${ended.length} ${ended.length === 1 ? 'session' : 'sessions'}${whose}`,
  ...(ended.length === 0 ? {} : { tell: async (nodes: Telling) => await nodes.ended(ended) })
})
