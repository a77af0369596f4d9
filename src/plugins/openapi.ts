import type { FastifyInstance, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import type { Described, Route } from '../lib/openapi/route.js'
import type { Published } from '../lib/openapi/published.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** The document of the API and its page, made when they are first asked for. */
    openapi: () => Promise<Published>
  }
  interface FastifySchema extends Described {}
}

export default fp(async (app) => {
  const declared: RouteOptions[] = []
  app.addHook('onRoute', (route) => { if (route.schema?.hide !== true) declared.push(route) })

  let published: Promise<Published> | undefined
  app.decorate('openapi', async () => await (published ??= publish(app, declared)))
}, { name: 'openapi', dependencies: ['config'] })

// Nothing of it is loaded before somebody asks.
async function publish (app: FastifyInstance, declared: RouteOptions[]): Promise<Published> {
  const { createPublished } = await import('../lib/openapi/published.js')
  return await createPublished(declared.flatMap(routesOf), app.config)
}

/** HEAD follows GET, and OPTIONS is CORS: neither is told of. */
function routesOf ({ method, url, schema = {}, config }: RouteOptions): Route[] {
  return [method].flat()
    .filter((method) => method !== 'HEAD' && method !== 'OPTIONS')
    .map((method) => ({ method: method.toLowerCase(), url, schema, changesByGet: config?.changesByGet === true }))
}
