import {
  CrossSiteRequest, Forbidden, Internal, InvalidClient, MalformedJson, MalformedRequest, NotFound, PayloadTooLarge, TokenInvalid, TokenMissing,
  TooManyRequests, Unavailable, UnsupportedMediaType, ValidationFailed, type Failing
} from '../../errors.js'
import { failureOf } from '../failure.js'
import type { Reference, Response } from './document.js'
import type { Route } from './route.js'

const json = 'application/json'

/** Every error that a route answers with, by status. */
export function failuresOf ({ method, changesByGet, schema }: Route): Map<number, Failing[]> {
  const { security = [], consumes = [json], failures = [], params, querystring, body } = schema
  const schemes = security.flatMap(Object.entries)
  const reads = method === 'get'
  const byToken = schemes.some(([name]) => name !== 'client')
  const byClient = schemes.some(([name]) => name === 'client')
  const byRole = schemes.some(([, roles]) => roles.length > 0)

  const all = new Set<Failing>([
    MalformedRequest,
    ...(reads ? [] : [PayloadTooLarge, UnsupportedMediaType]),
    ...(reads || !consumes.includes(json) ? [] : [MalformedJson]),
    ...(body === undefined && querystring === undefined ? [] : [ValidationFailed]),
    ...(reads && !changesByGet ? [] : [CrossSiteRequest]),
    ...(params === undefined ? [] : [NotFound]),
    ...(byToken ? [TokenMissing, TokenInvalid, Unavailable] : []),
    ...(byClient ? [InvalidClient, TooManyRequests, Unavailable] : []),
    ...(byRole ? [Forbidden] : []),
    ...failures,
    Internal
  ])
  const byStatus = new Map<number, Failing[]>()
  for (const failure of [...all].sort((a, b) => a.answer.statusCode - b.answer.statusCode)) {
    const { statusCode } = failure.answer
    byStatus.set(statusCode, [...byStatus.get(statusCode) ?? [], failure])
  }
  return byStatus
}

/** The header that says how to do better (RFC 9110, 11.6.1 and 10.2.3). */
function adviceOf (status: number, failures: Failing[]): Record<string, Reference> {
  if (status === 429 || status === 503) return { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } }
  if (status !== 401) return {}
  const byClient = failures.some(({ answer }) => answer.code === 'invalid_client')
  return { 'WWW-Authenticate': { $ref: `#/components/headers/${byClient ? 'ClientChallenge' : 'Challenge'}` } }
}

const nameOf = ({ answer }: Failing) => `${answer.statusCode}.${answer.code}`

/** What a failure of this status looks like, and what it puts among the components. */
export function answerOf (status: number, failures: Failing[], headers: Response['headers']) {
  const codes = failures.map(({ answer }) => answer.code)
  const examples = Object.fromEntries(failures.map((failure) => [nameOf(failure), { summary: failure.answer.message, value: valueOf(failure) }]))
  const narrowed = { type: 'object', properties: { status: { const: status < 500 ? 'fail' : 'error' }, code: { enum: codes } } }
  const response = {
    description: `${codes.map((code) => `\`${code}\``).join(', ')}: ${failures.map(({ answer }) => answer.message).join('; ')}.`,
    headers: { ...headers, ...adviceOf(status, failures) },
    content: {
      'application/json': {
        schema: { allOf: [{ $ref: '#/components/schemas/Failure' }, narrowed] },
        examples: Object.fromEntries(failures.map((failure) => [failure.answer.code, { $ref: `#/components/examples/${nameOf(failure)}` }]))
      }
    }
  }
  return { name: [status, ...codes].join('.'), response, examples }
}

function valueOf (failure: Failing) {
  const errors = failure === ValidationFailed ? [{ path: '/email', message: 'is required' }] : undefined
  return failureOf({ ...failure.answer, ...(errors === undefined ? {} : { errors }) })
}
