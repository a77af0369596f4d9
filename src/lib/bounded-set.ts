/** A set of strings that forgets its oldest member when it would grow past `max`. */
export function createBoundedSet (max: number) {
  const members = new Set<string>()

  return {
    add (member: string) {
      members.delete(member)
      members.add(member)
      const [oldest] = members
      if (members.size > max && oldest !== undefined) members.delete(oldest)
    },
    members: (): string[] => [...members],
    has: (member: string): boolean => members.has(member),
    delete: (member: string): boolean => members.delete(member),
    get size () { return members.size }
  }
}
