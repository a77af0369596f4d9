import type { Failing } from '../../errors.js'

export type Schema = Record<string, unknown>

/** What a route's `schema` says for the document of the API, beside what Fastify itself reads there. */
export interface Described {
  /** A page, or a part of one: nothing that the document of the API tells of. */
  hide?: true
  /** What generated clients call it: verb first, never changed. */
  operationId?: string
  summary?: string
  description?: string
  tags?: string[]
  /** Which credentials open it: any one of these. A list that is not empty holds the role that is wanted. */
  security?: Array<Record<string, string[]>>
  /** The content type of its body, where that is not JSON. */
  consumes?: string[]
  /** The errors that it answers with beside those that its method, its guards and its schemas bring along. */
  failures?: readonly Failing[]
  /** Headers of its answers, by status, each with its schema. */
  responseHeaders?: Record<number, Record<string, object>>
}

export interface Route {
  /** In lower case. */
  method: string
  /** With its parameters as `:id`. */
  url: string
  changesByGet: boolean
  schema: Described & {
    params?: unknown
    querystring?: unknown
    body?: unknown
    response?: unknown
  }
}
