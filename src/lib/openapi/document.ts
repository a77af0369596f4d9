import { Failure } from '../../schemas.js'
import { operationOf, type Collected } from './operation.js'
import type { Route, Schema } from './route.js'
import { createSchemas } from './schemas.js'
import { conventions, headers, securitySchemes, tags } from './words.js'

export interface Told { publicUrl: string, version: string, cookiePrefix: string, passwordMinLength: number }

export interface Parameter { name: string, in: 'path' | 'query', required: boolean, description?: unknown, schema: Schema }

export interface Reference { $ref: string }

export interface Example { summary: string, value: unknown }

export interface Header { description: string, required: boolean, schema: Schema }

export interface Media { schema: Schema, example?: unknown, examples?: Record<string, Reference> }

export interface Response {
  description: string
  headers: Record<string, Reference | Header>
  content?: Record<string, Media>
}

export interface Operation {
  operationId: string
  summary: string
  description?: string
  tags: string[]
  security: Array<Record<string, string[]>>
  parameters?: Parameter[]
  requestBody?: { required: boolean, content: Record<string, Media> }
  responses: Record<string, Response | Reference>
}

export interface Document {
  openapi: string
  info: { title: string, version: string, description: string } & Schema
  servers: Array<{ url: string }>
  tags: Array<{ name: string, description: string }>
  paths: Record<string, Record<string, Operation>>
  components: {
    schemas: Record<string, Schema>
    responses: Record<string, Response>
    examples: Record<string, Example>
    headers: Record<string, Header>
    securitySchemes: Record<string, Schema>
  }
}

/** The document of the API (OpenAPI 3.1), made of the routes' own schemas. */
export function createDocument (routes: Route[], { publicUrl, version, cookiePrefix, passwordMinLength }: Told): Document {
  const schemas = createSchemas(passwordMinLength)
  const collected: Collected = { responses: {}, examples: {} }
  schemas.refer(Failure)

  const paths: Document['paths'] = {}
  for (const route of routes) {
    const path = paths[route.url.replace(/:(\w+)/g, '{$1}')] ??= {}
    path[route.method] = operationOf(route, schemas, collected)
  }

  const usedTags = new Set(routes.flatMap(({ schema }) => schema.tags ?? []))
  const usedSchemes = new Set(routes.flatMap(({ schema }) => (schema.security ?? []).flatMap(Object.keys)))
  const text = JSON.stringify([paths, collected])
  return {
    openapi: '3.1.1',
    info: { title: 'Gatehouse', version, summary: 'Signed tokens, and a log-out that works', description: conventions, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: publicUrl }],
    tags: tags.filter(({ name }) => usedTags.has(name)),
    paths,
    components: {
      schemas: schemas.named,
      ...collected,
      headers: keep(headers, (name) => text.includes(`"#/components/headers/${name}"`)),
      securitySchemes: keep(securitySchemes(cookiePrefix), (name) => usedSchemes.has(name))
    }
  }
}

const keep = <Part>(parts: Record<string, Part>, isKept: (name: string) => boolean) =>
  Object.fromEntries(Object.entries(parts).filter(([name]) => isKept(name)))
