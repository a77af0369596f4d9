import { STATUS_CODES } from 'node:http'
import { IsOptional } from 'typebox'
import type { Example, Media, Operation, Parameter, Response } from './document.js'
import { exampleOf } from './example.js'
import { answerOf, failuresOf } from './failures.js'
import type { Route, Schema } from './route.js'
import type { Schemas } from './schemas.js'

export interface Collected { responses: Record<string, Response>, examples: Record<string, Example> }

const refToHeader = (name: string) => ({ $ref: `#/components/headers/${name}` })

/** One route as an operation of the document; what it shares with others goes among the components. */
export function operationOf (route: Route, { named, refer }: Schemas, components: Collected): Operation {
  const { operationId = '', summary = '', description, tags = [], security = [], consumes = ['application/json'], params, querystring, body } = route.schema
  const declared = Object.fromEntries(Object.entries((route.schema.response ?? {}) as Record<string, Schema>).filter(([status]) => /^\d+$/.test(status)))
  const parameters = [...parametersOf('path', params), ...parametersOf('query', querystring)]

  return {
    operationId,
    summary,
    ...(description === undefined ? {} : { description }),
    tags,
    security,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: isRequired(body), content: contentOf(consumes, refer(body)) } }),
    responses: { ...successes(), ...failures() }
  }

  function parametersOf (place: 'path' | 'query', schema: unknown): Parameter[] {
    const { properties = {}, required = [] } = (schema ?? {}) as { properties?: Record<string, Schema>, required?: string[] }
    return Object.entries(properties).map(([name, property]) => {
      const { description, ...rest } = property
      return { name, in: place, required: place === 'path' || required.includes(name), ...(description === undefined ? {} : { description }), schema: refer(rest) }
    })
  }

  function contentOf (types: string[], schema: Schema): Record<string, Media> {
    return Object.fromEntries(types.map((type) => [type, { schema, example: exampleOf(schema, named) }]))
  }

  function successes (): Record<string, Response> {
    return Object.fromEntries(Object.entries(declared).map(([status, schema]) => [status, {
      description: String(schema.description ?? STATUS_CODES[status]),
      headers: headersOf(Number(status)),
      ...bodyOf(schema)
    }]))
  }

  function bodyOf (schema: Schema) {
    if (schema.type === 'null') return {}
    if (schema.content === undefined) return { content: contentOf(['application/json'], refer(schema)) }
    return { content: Object.fromEntries(Object.entries(schema.content as Record<string, { schema: Schema }>).map(([type, { schema }]) => [type, { schema: refer(schema) }])) }
  }

  function headersOf (status: number): Response['headers'] {
    const ofRoute = Object.entries(route.schema.responseHeaders?.[status] ?? {}).map(([name, header]) => {
      const { description, ...schema } = header as Schema
      return [name, { description: String(description ?? ''), required: !IsOptional(header), schema: refer(schema) }]
    })
    const retry = status === 503 ? { 'Retry-After': refToHeader('RetryAfter') } : {}
    return { 'X-Request-Id': refToHeader('RequestId'), 'Cache-Control': refToHeader('NoStore'), ...retry, ...Object.fromEntries(ofRoute) }
  }

  function failures (): Operation['responses'] {
    const told = [...failuresOf(route)].filter(([status]) => !(status in declared))
    return Object.fromEntries(told.map(([status, failures]) => {
      const { name, response, examples } = answerOf(status, failures, headersOf(status))
      Object.assign(components.examples, examples)
      if (route.schema.responseHeaders?.[status] !== undefined) return [status, response]
      components.responses[name] = response
      return [status, { $ref: `#/components/responses/${name}` }]
    }))
  }
}

/** A body may be left out where no field is required. */
const isRequired = (body: unknown) => ((body as { required?: string[] }).required ?? []).length > 0
