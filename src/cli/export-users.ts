import { open, rename, rm, stat } from 'node:fs/promises'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { configOfProcess } from '../config.js'
import { writeUserLine } from '../lib/user-lines.js'
import { createTransfer } from '../store/users/transfer.js'
import { withDatabase } from './database.js'
import { createProgress } from './progress.js'
import { UsageError } from './usage.js'

/** Writes every user as a line of JSON, password hashes included, as `users import` reads them. */
export default async function exportUsersCommand (words: string[]) {
  const { positionals: [path, ...more] } = parseArgs({ args: words, allowPositionals: true })
  if (more.length > 0) throw new UsageError('usage: gatehouse users export [FILE]')
  if (path === undefined || path === '-') {
    if (process.stdout.isTTY) process.stderr.write('gatehouse: this shows the password hash of everybody\n')
    return await exportUsers(process.stdout)
  }
  await refuseToReplace(path)

  // Whole or not at all, and nobody else may read it.
  const draft = `${path}.draft`
  await rm(draft, { force: true })
  const file = await open(draft, 'wx', 0o600)
  try {
    await exportUsers(file.createWriteStream({ flush: true }))
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
  process.stderr.write(`gatehouse: ${path} holds the password hash of everybody: keep it as you keep the database\n`)
}

async function exportUsers (out: Writable) {
  const progress = createProgress(process.stderr, { unit: 'users' })
  let count = 0
  await withDatabase(configOfProcess(), async (sql) => {
    const pages = async function * () {
      for await (const page of createTransfer(sql).all()) {
        yield page.map(writeUserLine).join('')
        count += page.length
        progress.tick(count)
      }
    }
    await pipeline(Readable.from(pages(), { objectMode: true, highWaterMark: 1 }), out, { end: out !== process.stdout })
  })
  progress.note(`${count} users in ${progress.end()} s`)
}

async function refuseToReplace (path: string) {
  const there = await stat(path).then(() => true, (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return false
    throw error
  })
  if (there) throw new Error(`${path} is there already: remove it, or name another`)
}
