import { parseArgs } from 'node:util'
import { configOfProcess } from '../config.js'
import { createListing, type OwnedSession } from '../store/sessions/listing.js'
import { withDatabase } from './database.js'
import { findUser } from './find-user.js'
import { UsageError } from './usage.js'

/** To look through so many takes less than a statement may. */
const mostLookedThrough = 500_000

const usage = 'usage: gatehouse sessions list [--user EMAIL|ID] [--limit N], N from 1 to 10000'

/** Shows live sessions, newest use first: id, whose it is, when it was used and opened, and from where. */
export default async function listSessionsCommand (words: string[]) {
  const { values: { user, limit } } = parseArgs({ args: words, options: { user: { type: 'string' }, limit: { type: 'string', default: '100' } } })
  if (!/^[1-9]\d{0,4}$/.test(limit) || Number(limit) > 10_000) throw new UsageError(usage)

  const sessions = await withDatabase(configOfProcess(), async (sql) => {
    const listing = createListing(sql)
    const userId = user === undefined ? undefined : (await findUser(sql, user)).id
    if (userId === undefined) refuseMany(await listing.roughly())
    return await listing.newest({ userId, limit: Number(limit) })
  })
  process.stdout.write(sessions.map(lineOf).join(''))
}

function refuseMany (sessions: number) {
  if (sessions <= mostLookedThrough) return
  throw new Error(`there are some ${sessions.toLocaleString('en')} sessions, too many to look through: name a user with --user; GET /api/events?type=login.succeeded shows the newest logins`)
}

// What a browser calls itself is anybody's words: no control sign of theirs reaches the terminal.
const plain = (text: string) => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')

const lineOf = ({ id, email, lastUsedAt, createdAt, ip, userAgent }: OwnedSession) =>
  `${id} ${email} used ${lastUsedAt} opened ${createdAt} from ${plain(ip ?? '-')} ${plain(userAgent ?? '-')}\n`
