import { isAcceptedAfterEnd, isLost, readSessions } from './verdicts.js'
import { findForks, findMixUps } from './identities.js'
import { backToNormal } from './recovery.js'

const usual = { windows: [], liftedAt: undefined, overlapMilliseconds: 2000, healthyMilliseconds: 50, faultMilliseconds: 2000, leewayMilliseconds: 0, breaks: 'nothing' }

/**
 * Judges a history: every figure of what must hold whatever breaks, and the entries that speak against it. Times are milliseconds of one clock.
 * `windows` are the times of a fault; `breaks` says which missing answers it explains: `nothing`, `refusals` (of connections) or `connections`.
 */
export function check (history, options = {}) {
  const rules = { ...usual, ...options }
  const sessions = readSessions(history, rules)
  const registered = acknowledgedAccounts(history)

  const found = {
    acceptedAfterEnded: history.filter((entry) => isAcceptedAfterEnd(entry, sessions, rules)),
    lost: history.filter((entry) => isLost(entry, sessions, rules)),
    forks: findForks(history),
    mixUps: findMixUps(history),
    lostWrites: history.filter((entry) => entry.kind === 'login' && entry.status === 401 && registered.get(entry.user) < entry.start),
    answers500: history.filter(({ status, retryAfter }) => status >= 500 && !(status === 503 && Number(retryAfter) > 0)),
    hangs: history.filter(({ failure, status }) => failure === 'hang' || status === undefined),
    unanswered: history.filter((entry) => isUnexplained(entry, rules.breaks))
  }
  return {
    figures: {
      ...Object.fromEntries(Object.entries(found).map(([name, entries]) => [name, entries.length])),
      backToNormal: rules.liftedAt === undefined ? 0 : backToNormal(history, rules.liftedAt),
      answers503: history.filter(({ status }) => status === 503).length,
      operations: history.length
    },
    found
  }
}

function acknowledgedAccounts (history) {
  const accounts = new Map()
  for (const { kind, status, user, end } of history) if (kind === 'register' && status === 200) accounts.set(user, end)
  return accounts
}

function isUnexplained ({ status, failure }, breaks) {
  if (status !== 0 || failure === 'hang' || breaks === 'connections') return false
  return !(breaks === 'refusals' && failure === 'ECONNREFUSED')
}
