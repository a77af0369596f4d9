import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Test } from 'tap'

interface Response { headers?: Record<string, { required: boolean }>, content?: Record<string, object> }
interface Document { paths: Record<string, Record<string, { responses: Record<string, Response> }>>, components: Record<string, Record<string, object>> }

/** What an answer is compared with: undefined when it is as the document says, else what is wrong with it. */
type Judge = (request: FastifyRequest, reply: FastifyReply, payload: unknown) => string | undefined

const judges = new Map<string, Judge>()

/**
 * Fails the test for every answer of the app that the document of the API does not tell of. It hears of the app as Fastify makes it,
 * before any route is there: its hook is the first of all.
 */
export async function heldToDocument (t: Test, build: () => Promise<FastifyInstance>): Promise<FastifyInstance> {
  const held: { judge?: Judge | undefined } = {}
  const watch = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance }
    fastify.addHook('onSend', (request, reply, payload, done) => {
      const fault = held.judge?.(request, reply, payload)
      if (fault !== undefined) t.fail(`the document of the API does not tell of this answer: ${request.method} ${request.routeOptions.url ?? request.url} ${reply.statusCode} ${fault}`)
      done(null, payload)
    })
  }

  subscribe('fastify.initialization', watch)
  const building = build()
  unsubscribe('fastify.initialization', watch)
  const app = await building

  const { json } = await app.openapi()
  if (!judges.has(json)) judges.set(json, createJudge(json))
  held.judge = judges.get(json)
  return app
}

function createJudge (json: string): Judge {
  const document = JSON.parse(json) as Document
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  ajv.addSchema(document, 'api')
  const compiled = new Map<string, ValidateFunction | undefined>()

  function validatorOf (pointer: string) {
    if (!compiled.has(pointer)) compiled.set(pointer, ajv.getSchema(`api#${pointer}`))
    return compiled.get(pointer)
  }

  return (request, reply, payload) => {
    const { statusCode } = reply
    const { url } = request.routeOptions
    // CORS answers a preflight, and pages are no part of the API; what no route took is a failure like any other.
    if (request.method === 'OPTIONS' || request.routeOptions.schema?.hide === true) return undefined
    if (url === undefined || request.is404) return faultOfBody(payload, '/components/schemas/Failure')

    const path = url.replace(/:(\w+)/g, '{$1}')
    const method = request.method === 'HEAD' ? 'get' : request.method.toLowerCase()
    const declared = document.paths[path]?.[method]?.responses[statusCode]
    if (declared === undefined) return 'status'
    const [response, pointer] = '$ref' in declared
      ? [document.components.responses?.[String(declared.$ref).slice('#/components/responses/'.length)] as Response, String(declared.$ref).slice(1)]
      : [declared, `/paths/${escape(path)}/${method}/responses/${statusCode}`]

    const told = response.headers ?? {}
    const absent = Object.keys(told).filter((name) => told[name]?.required !== false && reply.getHeader(name) === undefined)
    if (absent.length > 0) return `without ${absent.join(', ')}`
    const untold = ['Set-Cookie', 'Location', 'Retry-After', 'WWW-Authenticate'].filter((name) => reply.getHeader(name) !== undefined && !(name in told))
    if (untold.length > 0) return `with ${untold.join(', ')}`

    // Of either, what is sent has no body.
    if (request.method === 'HEAD' || statusCode === 204) return undefined
    const [type] = String(reply.getHeader('content-type') ?? '').split(';')
    if (response.content === undefined) return payload === null || payload === undefined || payload === '' ? undefined : 'with a body'
    if (response.content[type ?? ''] === undefined) return `of type ${type}`
    return type === 'application/json' ? faultOfBody(payload, `${pointer}/content/${escape(type)}/schema`) : undefined
  }

  function faultOfBody (payload: unknown, pointer: string): string | undefined {
    const validate = validatorOf(pointer)
    if (validate === undefined) return `no schema at ${pointer}`
    return validate(JSON.parse(String(payload))) === true ? undefined : `${String(payload)}: ${ajv.errorsText(validate.errors)}`
  }
}

const escape = (part: string) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))
