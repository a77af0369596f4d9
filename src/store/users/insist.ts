import { setTimeout as wait } from 'node:timers/promises'
import type { ToldUser } from '../../lib/user-lines.js'
import { isUnavailable } from '../unavailable.js'
import type { Brought, Transfer } from './transfer.js'

/** Thirteen seconds in all, each wait twice the one before. */
const tries = 8
const firstWaitMilliseconds = 100

/** Brings in users through a restart of the database, and in halves when they were too many at once. */
export async function insist (bring: Transfer['bring'], users: ToldUser[], heard = true): Promise<Brought[]> {
  if (users.length === 0) return []
  for (let attempt = 1; ; attempt++) {
    try {
      const brought = await bring(users)
      // An attempt that was not answered may have stored them.
      return heard && attempt === 1 ? brought : brought.map((outcome) => outcome === 'same' ? 'added' : outcome)
    } catch (error) {
      if (!isUnavailable(error) || attempt === tries) throw error
      await wait(firstWaitMilliseconds * 2 ** (attempt - 1))
      if (tookTooLong(error) && users.length > 1) break
    }
  }
  const middle = users.length >> 1
  return [...await insist(bring, users.slice(0, middle), false), ...await insist(bring, users.slice(middle), false)]
}

const tookTooLong = (error: unknown) => ['57014', 'STORE_UNAVAILABLE'].includes((error as { code?: string }).code ?? '')
