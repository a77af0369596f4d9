/** What the history says of each session: its tokens in their order, its endings, and what was tried on it. */
export function readSessions (history, rules) {
  const sessions = new Map()
  const ofUser = new Map()

  for (const entry of history) {
    if (entry.kind !== 'login' || entry.status !== 200) continue
    const session = { sid: entry.given.sid, user: entry.user, openedFrom: entry.start, openedAt: entry.end, pairs: [entry], refreshes: [], uses: [], endings: [] }
    sessions.set(session.sid, session)
    ofUser.set(entry.user, [...ofUser.get(entry.user) ?? [], session])
  }
  for (const entry of history) {
    const session = sessions.get(entry.sid)
    if (session === undefined) continue
    session.uses.push(entry)
    if (entry.kind !== 'refresh') continue
    session.refreshes.push(entry)
    if (entry.status === 200) session.pairs.push(entry)
  }
  for (const entry of history) {
    if (entry.kind === 'logout' && sessions.has(entry.sid)) endBy(entry, sessions.get(entry.sid))
    if (entry.kind === 'everywhere') for (const session of ofUser.get(entry.user) ?? []) endByAll(entry, session)
  }
  for (const session of sessions.values()) endByReuse(session, rules)
  for (const session of sessions.values()) endByRefusal(session)
  return sessions
}

// `at` is when the end was acknowledged: before it, and for ever when nobody answered, it may or may not have happened.
const end = (session, { start, end: at, node }, isSure) => session.endings.push({ from: start, at: isSure ? at : Infinity, node })

const isRefusal = ({ status }) => status >= 400 && status < 500

function endBy (entry, session) {
  if (!isRefusal(entry)) end(session, entry, entry.status === 200)
}

function endByAll (entry, session) {
  if (isRefusal(entry)) return
  // One that was being opened meanwhile may have come before or after; unanswered, it may still happen at any time.
  if (entry.status === 200 && session.openedFrom >= entry.end) return
  end(session, entry, entry.status === 200 && session.openedAt <= entry.start)
}

// A replaced token shown once its successor was used and the overlap is over ends the session.
function endByReuse (session, rules) {
  for (const entry of session.refreshes) {
    if (isReuse(entry, session, rules)) end(session, entry, entry.status === 401)
  }
}

// Where an end was tried, a refused refresh says that it happened.
function endByRefusal (session) {
  for (const entry of session.refreshes) {
    if (entry.status === 401 && session.endings.some(({ from }) => from < entry.start)) end(session, entry, true)
  }
}

function replacementsOf (entry, session) {
  return session.refreshes.filter((other) => other !== entry && other.presented === entry.presented && other.status === 200 && other.start < entry.end)
}

const isUsed = ({ given }, before, session) =>
  session.uses.some(({ presented, start }) => start < before && (presented === given.access || presented === given.refresh))

function isReuse (entry, session, { overlapMilliseconds }) {
  const replacements = replacementsOf(entry, session)
  return replacements.some((replacement) => isUsed(replacement, entry.end, session)) &&
    replacements.some(({ start }) => entry.end - start >= overlapMilliseconds)
}

/** Taken though its session's end had been acknowledged, or though its token had been replaced, longer ago than word of it may take. */
export function isAcceptedAfterEnd (entry, sessions, rules) {
  const session = sessions.get(entry.sid)
  if (session === undefined || entry.status !== 200 || entry.kind === 'logout') return false
  const isLate = ({ at, node }) => entry.start > at + graceOf(entry, at, node, rules)
  const replaced = entry.kind === 'me' ? replacementOf(entry, session) : undefined
  return session.endings.some(isLate) ||
    (replaced !== undefined && isLate({ at: replaced.end + rules.overlapMilliseconds + rules.leewayMilliseconds, node: replaced.node }))
}

// The first answer that replaced the access token.
function replacementOf (entry, session) {
  const pair = session.pairs.find(({ given }) => given.access === entry.presented)
  return pair && session.refreshes
    .filter(({ presented, status }) => presented === pair.given.refresh && status === 200)
    .sort((one, other) => one.end - other.end)[0]
}

// A refresh asks the record itself, and the node that answered knows at once; the others hear of it.
function graceOf ({ kind, node, start }, at, endedOn, { windows, healthyMilliseconds, faultMilliseconds }) {
  if (kind !== 'me' || node === endedOn) return 0
  const troubled = windows.some(({ from, to }) => at < to + faultMilliseconds && start > from)
  return troubled ? faultMilliseconds : healthyMilliseconds
}

/** Refused though nobody ended the session and its token is the newest that was acknowledged, or one that must still be good. */
export function isLost (entry, sessions, rules) {
  const session = sessions.get(entry.sid)
  if (session === undefined || entry.status !== 401) return false
  if (entry.kind === 'logout') return true
  if (session.endings.some(({ from }) => from < entry.end && !(entry.kind === 'refresh' && from === entry.start))) return false
  return entry.kind === 'refresh' ? !isReuse(entry, session, rules) : isNewest(entry, session)
}

// The last pair that was acknowledged before, with no refresh of it under way or unanswered.
function isNewest (entry, session) {
  const last = session.pairs.filter(({ end }) => end <= entry.start).sort((a, b) => a.end - b.end).at(-1)
  if (last === undefined || last.given.access !== entry.presented) return false
  return !session.refreshes.some(({ presented, start }) => presented === last.given.refresh && start < entry.end)
}
