import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { ISql } from 'postgres'
import { networkOf } from '../lib/address.js'
import type { Sql } from './database.js'
import { inBatches } from './in-batches.js'

/** An address is known for as long after the last login from there. */
export const knownDays = 90

const heldMilliseconds = 60_000
const heldAccounts = 10_000
const mostAnAccount = 1000

export const networkKey = (ip: string): string => createHash('sha256').update(networkOf(ip)).digest('base64url').slice(0, 22)

/** A part of the statement that opens a session, behind the part `opened`: of two logins a day from one place the second writes nothing. */
export const rememberAddress = (sql: ISql, ip: string) => sql`
  insert into known_addresses (user_id, network)
  select opened.user_id, ${networkKey(ip)}
  from opened
  where not exists (
    select
    from known_addresses
    where known_addresses.user_id = opened.user_id and network = ${networkKey(ip)} and seen_at > now() - interval '1 day'
  )
  on conflict (user_id, network) do update set seen_at = now()
`

export type KnownAddresses = ReturnType<typeof createKnownAddresses>

/** Where accounts have signed in from. However many ask of one account, from wherever, Postgres is asked once a minute. */
export function createKnownAddresses (sql: Sql) {
  const held = new LRUCache<string, Set<string>>({ max: heldAccounts, ttl: heldMilliseconds, fetchMethod: networksOf })

  async function networksOf (email: string): Promise<Set<string>> {
    const rows = await sql<{ network: string }[]>`
      select network
      from known_addresses
      join users on users.id = user_id
      where email = ${email} and seen_at > now() - make_interval(days => ${knownDays})
      order by seen_at desc
      limit ${mostAnAccount}
    `
    return new Set(rows.map(({ network }) => network))
  }

  return {
    isKnown: async (email: string, ip: string): Promise<boolean> => (await held.fetch(email))?.has(networkKey(ip)) === true
  }
}

/** Removes the addresses that are known no longer. Gives how many. */
export const purgeKnownAddresses = async (sql: Sql): Promise<number> => await inBatches(async (most) => await sql`
  delete from known_addresses
  where ctid = any(array(
    select ctid
    from known_addresses
    where seen_at < now() - make_interval(days => ${knownDays})
    limit ${most}
    for update skip locked
  ))
`)
