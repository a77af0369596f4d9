import type { Session } from './row.js'

export type Verdict = 'successor' | 'retired' | 'reuse' | 'ended'

/** What a refresh token says of itself. */
export interface Presented { jti: string, iat: number }

/**
 * What a refresh token that is not the live one is worth: the live tokens once more, nothing because the session has ended or was
 * renewed since, or the session's end because the token was used twice (RFC 9700, section 4.14).
 */
export function judgeReplaced (session: Session, { jti, iat }: Presented, overlapMilliseconds: number): Verdict {
  if (!session.live) return 'ended'
  const inOverlap = (replacedAt: Date) => session.readAt.getTime() - replacedAt.getTime() <= overlapMilliseconds

  if (jti === session.refreshId) return 'successor'
  if (jti === session.previousRefreshId) {
    return !session.successorUsed || inOverlap(session.refreshedAt) ? 'successor' : 'reuse'
  }

  const replacedAt = session.olderReplacedAt?.[session.olderRefreshIds?.indexOf(jti) ?? -1]
  if (replacedAt !== undefined && inOverlap(replacedAt)) return 'successor'
  return isRetired(session, { jti, iat }) ? 'retired' : 'reuse'
}

// Issued before the session was renewed. In the second of the renewal itself `iat` does not tell: those ids are remembered.
const isRetired = ({ renewedAt, retiredRefreshIds }: Session, { jti, iat }: Presented): boolean =>
  renewedAt !== null && (iat < Math.floor(renewedAt.getTime() / 1000) || retiredRefreshIds?.includes(jti) === true)
