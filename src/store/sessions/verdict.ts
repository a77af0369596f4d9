import type { Session } from './row.js'

export type Verdict = 'successor' | 'reuse' | 'ended'

/**
 * What a refresh token that is not the live one is worth: the live tokens once more, nothing because the session has ended,
 * or the session's end because the token was used twice (RFC 9700, section 4.14).
 */
export function judgeReplaced (session: Session, presented: string, overlapMilliseconds: number): Verdict {
  if (!session.live) return 'ended'
  const inOverlap = (replacedAt: Date) => session.readAt.getTime() - replacedAt.getTime() <= overlapMilliseconds

  if (presented === session.refreshId) return 'successor'
  if (presented === session.previousRefreshId) {
    return !session.successorUsed || inOverlap(session.refreshedAt) ? 'successor' : 'reuse'
  }

  const replacedAt = session.olderReplacedAt?.[session.olderRefreshIds?.indexOf(presented) ?? -1]
  return replacedAt !== undefined && inOverlap(replacedAt) ? 'successor' : 'reuse'
}
