export class StoreUnavailable extends Error {
  readonly code = 'STORE_UNAVAILABLE'
}

/** SQLSTATEs by which Postgres (or a pooler) says that this connection is of no more use. */
const ended = /^(08...|25006|57P0.|25P0[34]|58...|XX...)$/

/** And those by which it says: not now. Refused log-ins and a missing database count, since no caller of ours can mend them. */
const busy = /^(28...|3D000|40...|53...|55P03|55006|57014)$/

const unreachable = new Set([
  'STORE_UNAVAILABLE',
  'CONNECTION_CLOSED', 'CONNECTION_ENDED', 'CONNECTION_DESTROYED', 'CONNECT_TIMEOUT', 'SASL_SIGNATURE_MISMATCH',
  'ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN',
  'ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL', 'EMFILE', 'ENFILE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'
])

const codeOf = (error: unknown) => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : ''
}

export const endsConnection = (error: unknown) => ended.test(codeOf(error)) || unreachable.has(codeOf(error))

/** Whether Postgres could not be reached, did not answer in time, or would not serve: a 503, where all else is a fault of ours. */
export const isUnavailable = (error: unknown) => endsConnection(error) || busy.test(codeOf(error))
