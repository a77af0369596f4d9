import t from 'tap'
import type { Session } from '../../../src/store/sessions/row.js'
import { judgeReplaced, type Verdict } from '../../../src/store/sessions/verdict.js'

const overlap = 10_000
const readAt = 1_700_000_000_000
const ago = (milliseconds: number) => new Date(readAt - milliseconds)

/** Refreshed a minute ago, and twice before that, all overlaps over. */
const session: Session = {
  id: 's',
  userId: 'u',
  accessId: 'a3',
  refreshId: 'r3',
  previousAccessId: 'a2',
  previousRefreshId: 'r2',
  olderAccessIds: ['a1', 'a0'],
  olderRefreshIds: ['r1', 'r0'],
  olderReplacedAt: [ago(70_000), ago(80_000)],
  successorUsed: true,
  accessRole: 'user',
  transport: 'cookie',
  version: 4,
  renewedAt: null,
  retiredRefreshIds: null,
  refreshedAt: ago(60_000),
  expiresAt: ago(-60_000),
  openedAtMicros: String((readAt - 90_000) * 1000),
  live: true,
  readAt: ago(0)
}
const never = { previousAccessId: null, previousRefreshId: null, olderAccessIds: null, olderRefreshIds: null, olderReplacedAt: null, successorUsed: false }

t.test('judgeReplaced', async (t) => {
  const rows: [rule: string, presented: string, changes: Partial<Session>, verdict: Verdict][] = [
    ['the live token, read too late to be traded, gives the live ones', 'r3', {}, 'successor'],
    ['the one before, when its successor was used and the overlap is over, is reuse', 'r2', {}, 'reuse'],
    ['the one before, when its successor was never used, gives the successor, however late', 'r2', { successorUsed: false, refreshedAt: ago(6 * 86_400_000) }, 'successor'],
    ['the one before, within the overlap, gives the successor, though that was used', 'r2', { refreshedAt: ago(3000) }, 'successor'],
    ['the overlap lasts up to its last millisecond', 'r2', { refreshedAt: ago(overlap) }, 'successor'],
    ['and no longer', 'r2', { refreshedAt: ago(overlap + 1) }, 'reuse'],
    ['an older one is reuse, though the successor was never used', 'r1', { successorUsed: false }, 'reuse'],
    ['an older one within an overlap of its own gives the live ones', 'r1', { olderReplacedAt: [ago(overlap), ago(overlap + 1)] }, 'successor'],
    ['each older one has its own overlap', 'r0', { olderReplacedAt: [ago(overlap), ago(overlap + 1)] }, 'reuse'],
    ['one that no row names any more is reuse', 'r', { refreshedAt: ago(0) }, 'reuse'],
    ['one that a session never refreshed does not know is reuse', 'r2', { ...never, refreshedAt: ago(0) }, 'reuse'],
    ...['r3', 'r2', 'r1', 'r'].map((token): [string, string, Partial<Session>, Verdict] =>
      [`of a session that has ended, ${token} is worth nothing, and no news`, token, { live: false, refreshedAt: ago(0), olderReplacedAt: [ago(0), ago(0)] }, 'ended'])
  ]
  for (const [rule, presented, changes, verdict] of rows) {
    t.test(rule, async (t) => t.equal(judgeReplaced({ ...session, ...changes }, { jti: presented, iat: 0 }, overlap), verdict))
  }

  t.test('of a session that was renewed', async (t) => {
    const renewed = { ...session, renewedAt: new Date(readAt - 60_000 + 500), retiredRefreshIds: ['q1', 'q0'] }
    const renewedIn = (readAt - 60_000) / 1000
    const rows: [rule: string, jti: string, iat: number, verdict: Verdict][] = [
      ['a token issued before is refused, and that is no reuse', 'q', renewedIn - 1, 'retired'],
      ['one that was known then, too, though it was issued in the same second', 'q1', renewedIn, 'retired'],
      ['the one whose place the new one took is among them', 'q0', renewedIn, 'retired'],
      ['one issued since and replaced is reuse, also in the same second', 'r', renewedIn, 'reuse'],
      ['and later', 'r', renewedIn + 1, 'reuse'],
      ['the parent is judged as ever', 'r2', renewedIn, 'reuse'],
      ['and the live one gives the live ones', 'r3', renewedIn, 'successor']
    ]
    for (const [rule, jti, iat, verdict] of rows) {
      t.test(rule, async (t) => t.equal(judgeReplaced(renewed, { jti, iat }, overlap), verdict))
    }

    t.test('nothing counts any more once it has ended', async (t) => {
      t.equal(judgeReplaced({ ...renewed, live: false }, { jti: 'q1', iat: 0 }, overlap), 'ended')
    })
  })

  t.test('without an overlap only an unused successor is given again', async (t) => {
    t.equal(judgeReplaced({ ...session, refreshedAt: ago(1) }, { jti: 'r2', iat: 0 }, 0), 'reuse')
    t.equal(judgeReplaced({ ...session, refreshedAt: ago(1), successorUsed: false }, { jti: 'r2', iat: 0 }, 0), 'successor')
  })
})
