import net from 'node:net'
import postgres from 'postgres'

/** Of what postgres.js 3.4.9 keeps on a query, the things we use: who runs it, how it fails, and its words without its values. */
export type Query = Promise<unknown> & { handler: (query: Query) => void, reject: (error: unknown) => void, strings: readonly string[] }

export interface Connection {
  lost: boolean
  expires: number
  run: (query: Query) => Query
  discard: () => void
  close: () => Promise<void>
}

export type Options = NonNullable<Parameters<typeof postgres>[1]>
type Address = { host: string[], port: number[], path?: string | false }

export class ConnectionLost extends Error {
  readonly code = 'CONNECTION_CLOSED'
  constructor () { super('the connection to Postgres was lost') }
}

/**
 * One instance of postgres.js for the life of one socket. One that reconnects (3.4.9) writes to the socket that closed, which ends the
 * process, and may send, or answer with, what was left of a query from before.
 */
export async function openConnection (url: string, options: Options, onLost: (connection: Connection) => void): Promise<Connection> {
  let socket: net.Socket | undefined

  const lose = () => {
    if (connection.lost) return
    connection.lost = true
    onLost(connection)
  }

  const oneLife = {
    ...options,
    max: 1,
    max_lifetime: null,
    // It asks for types by a promise that nobody catches: cut short, that too ends the process. See arrays.ts.
    fetch_types: false,
    onclose: lose,
    socket ({ host, port, path }: Address) {
      if (socket) throw new ConnectionLost()
      socket = path ? net.connect(path) : net.connect(port[0] ?? 5432, host[0])
      // Heard here first: what is sent between a socket's error and its close would never be answered.
      socket.once('error', lose).once('close', lose)
      return Object.assign(socket, { host: host[0], port: port[0] })
    }
  }
  const sql = postgres(url, oneLife as Options)
  const { handler } = sql`select 1` as unknown as Query

  const connection: Connection = {
    lost: false,
    expires: performance.now() + (30 + Math.random() * 30) * 60_000,
    run (query) {
      if (connection.lost) query.reject(new ConnectionLost())
      else handler(query)
      return query
    },
    discard () {
      lose()
      socket?.destroy()
    },
    async close () {
      lose()
      await sql.end({ timeout: 1 })
      socket?.destroy()
    }
  }

  try {
    await sql`select 1`
    return connection
  } catch (error) {
    connection.discard()
    throw error
  }
}
