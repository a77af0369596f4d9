import type { Fault } from '../errors.js'

/** An error of `errors.ts`. */
export interface Known extends Error {
  code: string
  statusCode: number
  errors?: Fault[]
  retryAfterSeconds?: number
}

/** What a caller is told of an error: `fail` is the caller's fault, `error` is ours. */
export const failureOf = ({ statusCode, code, message, errors }: Pick<Known, 'statusCode' | 'code' | 'message' | 'errors'>) => ({
  status: statusCode >= 500 ? 'error' : 'fail',
  code,
  message,
  ...(errors === undefined ? {} : { errors })
})
