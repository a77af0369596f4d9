import { randomUUID } from 'node:crypto'

const hash = '$2b$12$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'

/** Lines of JSON that tell of so many users, each with an address of its own. */
export function userLines (count: number): string[] {
  const run = randomUUID().slice(0, 8)
  return Array.from({ length: count }, (_, number) => JSON.stringify({ email: `user-${run}-${number}@example.com`, name: `User ${number}`, password_hash: hash }))
}
