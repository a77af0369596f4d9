import { hashSync, verifySync, type Algorithm } from '@node-rs/argon2'

const argon2id: Algorithm.Argon2id = 2

export type HashTask =
  | { hash: string, memoryCost: number, timeCost: number }
  | { verify: string, against: string }

// Synchronous on purpose: the asynchronous calls share libuv's pool with token checks, and starve them.
export default function run (task: HashTask): string | boolean {
  if ('hash' in task) {
    const { hash, memoryCost, timeCost } = task
    return hashSync(hash, { algorithm: argon2id, memoryCost, timeCost, parallelism: 1 })
  }
  return verifySync(task.against, task.verify)
}
