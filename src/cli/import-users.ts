import { open } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { configOfProcess } from '../config.js'
import { readLines } from '../lib/lines.js'
import { createUserReader, type ToldUser } from '../lib/user-lines.js'
import { insist } from '../store/users/insist.js'
import { createTransfer, type Transfer } from '../store/users/transfer.js'
import { withDatabase } from './database.js'
import { createProgress } from './progress.js'
import { UsageError } from './usage.js'

const longestLine = 65_536
const batches = { first: 100, least: 10, most: 1000, fastMilliseconds: 150, slowMilliseconds: 400 }

interface Numbered { number: number, user: ToldUser }

/** Brings in users from a file of JSON lines: `email` and `name`, and what else of `lib/user-lines.ts` they come with. */
export default async function importUsersCommand (words: string[]) {
  const { positionals: [path, ...more] } = parseArgs({ args: words, allowPositionals: true })
  if (path === undefined || more.length > 0) throw new UsageError('usage: gatehouse users import FILE, or - for standard input')

  const config = configOfProcess()
  const { chunks, part } = await openInput(path)
  const summary = await withDatabase(config, async (sql) => await importUsers(chunks, {
    read: createUserReader(config),
    bring: createTransfer(sql).bring,
    progress: createProgress(process.stderr, { unit: 'lines', part })
  }))
  process.stdout.write(`${summary.text}\n`)
  if (summary.refused > 0) process.exitCode = 1
}

async function openInput (path: string): Promise<{ chunks: AsyncIterable<Buffer>, part: () => number | undefined }> {
  if (path === '-') return { chunks: process.stdin, part: () => undefined }
  const file = await open(path)
  const { size } = await file.stat()
  const chunks = file.createReadStream()
  return { chunks, part: () => size > 0 ? chunks.bytesRead / size : undefined }
}

interface Means {
  read: ReturnType<typeof createUserReader>
  bring: Transfer['bring']
  progress: ReturnType<typeof createProgress>
}

/** One batch is stored while the next is read, and no more than these are held; how large they are follows from how fast the database is. */
export async function importUsers (chunks: AsyncIterable<Buffer>, { read, bring, progress }: Means) {
  const counts = { lines: 0, added: 0, there: 0, refused: 0 }
  let batch = new Map<string, Numbered>()
  let size = batches.first
  let storing = Promise.resolve()

  const refuse = (number: number, fault: string) => {
    counts.refused++
    progress.note(`line ${number}: ${fault}`)
  }
  const store = async (batch: Numbered[]) => {
    const since = performance.now()
    const brought = await insist(bring, batch.map(({ user }) => user)).catch((error: Error) => { throw explain(error, batch) })
    size = sizeAfter(size, performance.now() - since)
    for (const [at, outcome] of brought.entries()) {
      if (outcome === 'id_taken') refuse(batch[at]?.number ?? 0, 'id is that of another account')
      else counts[outcome === 'added' ? 'added' : 'there']++
    }
    progress.tick(counts.lines)
  }
  const flush = async () => {
    const full = [...batch.values()]
    batch = new Map()
    await storing
    storing = store(full)
    storing.catch(() => {})
  }

  for await (const { number, bytes } of readLines(chunks, longestLine)) {
    if (bytes !== undefined && isBlank(bytes)) continue
    counts.lines++
    const line = bytes === undefined ? { fault: `is longer than ${longestLine} bytes` } : read(bytes)
    if ('fault' in line) refuse(number, line.fault)
    else if (batch.has(line.user.email)) counts.there++
    else batch.set(line.user.email, { number, user: line.user })
    if (batch.size >= size) await flush()
  }
  await flush()
  await storing

  const { lines, added, there, refused } = counts
  return { ...counts, text: `${lines} lines in ${progress.end()} s: ${added} added, ${there} there already, ${refused} refused` }
}

const isBlank = (bytes: Buffer) => bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)

// No batch should hold up whoever uses the database besides, nor come near what one statement may take.
function sizeAfter (size: number, milliseconds: number): number {
  if (milliseconds > batches.slowMilliseconds) return Math.max(batches.least, size >> 1)
  return milliseconds < batches.fastMilliseconds ? Math.min(batches.most, size * 2) : size
}

const explain = (cause: Error, batch: Numbered[]) => new Error(
  `the lines ${batch[0]?.number} to ${batch.at(-1)?.number} could not be stored, nor what follows (${cause.message}): run it again, what is there is passed over`,
  { cause }
)
