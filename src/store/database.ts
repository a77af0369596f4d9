import postgres from 'postgres'
import type { Within } from '../lib/within.js'
import { arrayOf, arrays } from './arrays.js'
import { openConnection, type Query } from './connection.js'
import { createPool } from './pool.js'
import { wordsOf } from './query-words.js'

export { isUnavailable, StoreUnavailable } from './unavailable.js'

export type Sql = postgres.ISql & { begin: <T>(work: (tx: postgres.ISql) => Promise<T>) => Promise<T> }

export interface Database {
  sql: Sql
  counts: () => { open: number, busy: number, waiting: number }
  close (): Promise<void>
}

interface DatabaseOptions {
  url: string | { path: string }
  pool: number
  /** Each statement is traced, when this is given. */
  within?: Within | undefined
  log: { warn (details: object, message: string): void }
}

/** What the server may spend on one statement: it gives up before the caller does, and the connection stays good. */
export const statementMilliseconds = 1_500
/** What a caller waits in all, for a connection and for what is done on it: one query, or one transaction. */
export const answerMilliseconds = 2_000
/** The same of one embedded in a process: it answers one query at a time, and is slow whenever that process is. */
const embeddedMilliseconds = 10_000

const limits = {
  statement_timeout: statementMilliseconds,
  lock_timeout: 1_000,
  idle_in_transaction_session_timeout: answerMilliseconds
}
const beginWithLimits = ['begin', ...Object.entries(limits).map(([name, value]) => `set local ${name} = ${value}`)].join(';')

export function connectDatabase ({ url, pool: size, within, log }: DatabaseOptions): Database {
  const address = typeof url === 'string' ? url : 'postgres://postgres@localhost/postgres'
  const options = {
    ...(typeof url === 'string' ? {} : { path: url.path }),
    transform: postgres.camel,
    types: arrays,
    connect_timeout: statementMilliseconds / 1_000,
    onnotice () {}
  }
  // It only builds queries and fragments: ended, so that none can run on it by mistake.
  const template = postgres(address, options)
  template.end().catch(() => {})
  if (template.options.host.length > 1) throw new Error('the address of Postgres must name one host')
  Object.assign(template.options, { shared: { typeArrayMap: arrayOf } })

  let limitsAtStart: object = limits
  let prepares: { prepare?: boolean } = {}
  let unreachable = false

  const connect = () => {
    const connection = { application_name: 'gatehouse', ...limitsAtStart }
    return openConnection(address, { ...options, ...prepares, connection }, (lost) => pool.lose(lost))
  }

  async function open () {
    try {
      const tried = limitsAtStart
      const connection = await connect().catch((error) => {
        if (tried !== limits || !/startup parameter/.test(error.message)) throw error
        if (limitsAtStart === limits) goThroughPooler()
        return connect()
      })
      unreachable = false
      return connection
    } catch (error) {
      if (!unreachable) log.warn({ code: (error as { code?: unknown }).code }, 'Postgres cannot be reached')
      unreachable = true
      throw error
    }
  }

  // PgBouncer's word. A `set` through it would reach other clients too: there, the role has to carry the limits. Nor is a statement
  // found again that was prepared on one of its connections, before its 1.21.
  function goThroughPooler () {
    limitsAtStart = {}
    if (!/[?&]prepare=/.test(address)) prepares = { prepare: false }
    log.warn({ limits, ...prepares }, 'a pooler refuses our time limits: set them on the role (alter role … set …)')
  }

  const pool = createPool({ size, answerMilliseconds: typeof url === 'string' ? answerMilliseconds : embeddedMilliseconds, open })

  const traced = (run: (query: Query) => void) => (query: Query) => {
    if (within === undefined) return run(query)
    const { name, table, operation } = wordsOf(query.strings)
    const attributes = { 'db.system.name': 'postgresql', 'db.operation.name': operation, ...(table === undefined ? {} : { 'db.collection.name': table }) }
    within('call', name, attributes, async () => {
      run(query)
      await query
    }).catch(() => {})
  }

  const speak = (untraced: (query: Query) => void) => {
    const run = traced(untraced)
    const aim = <Built>(built: Built) => built instanceof Promise ? Object.assign(built, { handler: run }) : built
    return Object.assign((...words: Parameters<typeof template>) => aim(template(...words)), template, {
      unsafe: (...words: Parameters<typeof template.unsafe>) => aim(template.unsafe(...words))
    }) as unknown as postgres.ISql
  }

  const sql = speak((query) => {
    pool.use((connection) => connection.run(query)).catch(query.reject)
  })

  const begin = <T>(work: (tx: postgres.ISql) => Promise<T>) => pool.use(async (connection) => {
    let over = false
    const tx = speak((query) => {
      if (over) query.reject(new Error('the transaction is over'))
      else connection.run(query)
    })
    try {
      // Its answer is not waited for: it goes out together with the first statements of the work, and they fail when it does.
      const begun = (limitsAtStart === limits ? tx`begin` : tx.unsafe(beginWithLimits)).execute()
      const [result] = await Promise.all([work(tx), begun])
      const { command } = await tx`commit`
      // Postgres' answer to a commit when a statement failed, and `work` passed over that.
      if (command === 'ROLLBACK') throw new Error('a statement failed: the transaction was rolled back')
      return result
    } catch (error) {
      await tx`rollback`.catch(connection.discard)
      throw error
    } finally {
      over = true
    }
  })

  return { sql: Object.assign(sql, { begin }), counts: pool.counts, close: pool.close }
}
