/** What a layer holds of a session: which access tokens are good, and whose they are. Times are milliseconds since 1970. */
export interface SessionRecord {
  id: string
  userId: string
  version: number
  accessId: string
  /** The access tokens that were replaced lately, newest first, each good until the overlap after its replacement is over. */
  replaced: Array<{ accessId: string, at: number }>
  /** When it was opened, in microseconds: precise enough to stand before or after an ending of everybody's sessions. */
  openedAtMicros: number
  /** Whether the live access token has authenticated a request. */
  used: boolean
}

/** The ids that an access token names: a session's, its user's and the token's own. */
interface Ids { sid: string, sub: string, jti: string }

/** Whether `jti` is among the live access tokens that the record names. */
export function names (record: SessionRecord, jti: string, now: number, overlapMilliseconds: number): boolean {
  return record.accessId === jti || record.replaced.some(({ accessId, at }) => accessId === jti && now < at + overlapMilliseconds)
}

/** The same ids, and from here on the same strings: half as many of them in memory, and compared at a glance. */
export function shareIds (claims: Ids, { id, userId, accessId }: SessionRecord) {
  claims.sid = id
  claims.sub = userId
  if (claims.jti === accessId) claims.jti = accessId
}

// One line of fields: a third of the bytes of JSON, and quicker to read.
export const encodeSession = (record: SessionRecord): string => [
  record.id, record.userId, record.accessId, record.openedAtMicros, record.used ? 1 : 0,
  ...record.replaced.flatMap(({ accessId, at }) => [accessId, at])
].join(' ')

export function decodeSession (line: string, version: number): SessionRecord | undefined {
  const [id, userId, accessId, openedAtMicros, used, ...rest] = line.split(' ')
  if (id === undefined || userId === undefined || accessId === undefined || used === undefined) return undefined

  const replaced: SessionRecord['replaced'] = []
  for (let place = 0; place + 1 < rest.length; place += 2) replaced.push({ accessId: rest[place] ?? '', at: Number(rest[place + 1]) })
  return { id, userId, version, accessId, replaced, openedAtMicros: Number(openedAtMicros), used: used === '1' }
}
