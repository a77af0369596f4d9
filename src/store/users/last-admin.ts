import type { ISql } from 'postgres'
import { LastAdmin } from '../../errors.js'

const lock = 7237515

/**
 * For whatever takes an administrator away: demoting, disabling, deleting. Holds until the transaction ends that nobody else takes
 * another one away meanwhile. Comes first in its transaction, before the lock of any user's row: in the other order, two would wait
 * for each other.
 * @throws LastAdmin when this user may administer, and nobody else may
 */
export async function refuseLastAdmin (tx: ISql, userId: string): Promise<void> {
  // A statement of its own: the next one sees what those committed who held it before.
  await tx`select pg_advisory_xact_lock(${lock})`
  const [admin] = await tx<{ last: boolean }[]>`
    select not exists (select from users where role = 'admin' and disabled_at is null and id <> ${userId}) as last
    from users
    where id = ${userId} and role = 'admin' and disabled_at is null
  `
  if (admin?.last === true) throw new LastAdmin()
}
