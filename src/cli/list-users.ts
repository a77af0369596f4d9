import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { configOfProcess } from '../config.js'
import type { Role } from '../schemas.js'
import { createUserSearch, type FoundUser, type UserPlace } from '../store/users/search.js'
import type { Sql } from '../store/database.js'
import { withDatabase } from './database.js'
import { UsageError } from './usage.js'

const pageSize = 100
const roles: Record<string, Role> = { user: 'user', admin: 'admin' }

/** Shows users, the newest first, or those a search finds: id, role, state, address and name. */
export default async function listUsersCommand (words: string[]) {
  const { values: { role, ...values } } = parseArgs({ args: words, options: { q: { type: 'string' }, role: { type: 'string' } } })
  if (role !== undefined && !Object.hasOwn(roles, role)) throw new UsageError('usage: gatehouse users list [--q WORDS] [--role user|admin]')
  const q = values.q?.trim() === '' ? undefined : values.q?.trim()

  await withDatabase(configOfProcess(), async (sql) => {
    await pipeline(Readable.from(linesOf(sql, q, role === undefined ? undefined : roles[role])), process.stdout, { end: false }).catch(passOverGoneReader)
  })
}

async function * linesOf (sql: Sql, q: string | undefined, role: Role | undefined) {
  const { search } = createUserSearch(sql)
  let after: UserPlace | undefined
  do {
    const page = await search({ q, role, after, limit: pageSize })
    yield page.map(lineOf).join('')
    after = page[pageSize - 1]
  } while (after !== undefined)
}

// Names are people's own: no control sign of theirs reaches the terminal.
const lineOf = ({ id, role, disabled, email, name }: FoundUser) =>
  `${id} ${role.padEnd(5)} ${disabled ? 'disabled' : 'enabled '} ${email} ${name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')}\n`

// `| head` has seen enough.
function passOverGoneReader (error: NodeJS.ErrnoException) {
  if (error.code !== 'EPIPE') throw error
}
