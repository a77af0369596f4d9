/** What a layer holds of a session: which access tokens are good, and whose they are. Times are milliseconds since 1970. */
export interface SessionRecord {
  id: string
  userId: string
  version: number
  accessId: string
  /** The access token that the live one replaced, good until the overlap after `refreshedAt` is over. */
  previousAccessId: string | undefined
  refreshedAt: number
  /** When it was opened, in microseconds: precise enough to stand before or after an ending of everybody's sessions. */
  openedAtMicros: number
  /** Whether the live access token has authenticated a request. */
  used: boolean
}

/** Whether `jti` is among the live access tokens that the record names. */
export function names (record: SessionRecord, jti: string, now: number, overlapMilliseconds: number): boolean {
  return record.accessId === jti || (record.previousAccessId === jti && now < record.refreshedAt + overlapMilliseconds)
}

// One line of fields: a third of the bytes of JSON, and quicker to read.
export const encodeSession = (record: SessionRecord): string => [
  record.id, record.userId, record.accessId, record.previousAccessId ?? '-',
  record.refreshedAt, record.openedAtMicros, record.used ? 1 : 0
].join(' ')

export function decodeSession (line: string, version: number): SessionRecord | undefined {
  const [id, userId, accessId, previousAccessId, refreshedAt, openedAtMicros, used] = line.split(' ')
  if (id === undefined || userId === undefined || accessId === undefined || used === undefined) return undefined
  return {
    id,
    userId,
    version,
    accessId,
    previousAccessId: previousAccessId === '-' ? undefined : previousAccessId,
    refreshedAt: Number(refreshedAt),
    openedAtMicros: Number(openedAtMicros),
    used: used === '1'
  }
}
