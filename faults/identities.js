/** Refreshes of one token that were answered with two pairs, neither of which came out of the other. */
export function findForks (history) {
  const refreshes = history.filter(({ kind, status }) => kind === 'refresh' && status === 200)
  const successors = new Map()
  for (const entry of refreshes) successors.set(entry.presented, [...successors.get(entry.presented) ?? [], entry])

  return [...successors.values()].flatMap(([first, ...others]) => others.filter(({ given }) =>
    given.bytes !== first.given.bytes &&
    (given.refresh === first.given.refresh || !(descends(given.refresh, first.given.refresh, successors) || descends(first.given.refresh, given.refresh, successors)))
  ))
}

function descends (token, from, successors, seen = new Set()) {
  if (seen.has(from)) return false
  seen.add(from)
  return (successors.get(from) ?? []).some(({ given }) => given.refresh === token || descends(token, given.refresh, successors, seen))
}

/** Answers that hold another user's data, or tokens of another session. */
export function findMixUps (history) {
  const idOf = new Map()
  const ownerOf = new Map()
  const answered = history.filter(({ status }) => status === 200).sort((one, other) => one.end - other.end)

  return answered.filter(({ user, sid, who, whose, given }) => {
    const id = who ?? given?.sub
    if (id === undefined) return false
    if (!idOf.has(user) && !ownerOf.has(id)) {
      idOf.set(user, id)
      ownerOf.set(id, user)
    }
    return idOf.get(user) !== id || ownerOf.get(id) !== user || (whose !== undefined && whose !== user) ||
      (given !== undefined && (!given.agrees || (sid !== undefined && given.sid !== sid)))
  })
}
