import { setTimeout as wait } from 'node:timers/promises'
import { fastify, type FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import guard, { type GuardOptions } from '../../src/guard/guard.js'
import { startApp } from './app.js'
import { eventually } from './eventually.js'
import type { Stores } from './stores.js'

export const client = { clientId: 'orders', clientSecret: 'a-secret-of-many-characters' }

/** A server that other services can reach. */
export async function startServer (t: Test, stores: Pick<Stores, 'settings'>, settings: Record<string, string> = {}): Promise<{ server: FastifyInstance, url: string }> {
  const server = await startApp(t, stores, { INTROSPECTION_CLIENTS: `${client.clientId}:${client.clientSecret}`, ...settings })
  return { server, url: await server.listen({ port: 0, host: '127.0.0.1' }) }
}

export const optionsFor = ({ server, url }: { server: FastifyInstance, url: string }): GuardOptions => ({
  issuer: server.config.publicUrl,
  url,
  ...(server.config.redisUrl === undefined ? {} : { redisUrl: server.config.redisUrl }),
  introspection: client
})

/** Another service, whose routes the guard guards. */
export async function startService (t: Test, options: GuardOptions): Promise<FastifyInstance> {
  const service = fastify()
  t.teardown(async () => await service.close())
  await service.register(guard, options)
  service.get('/who', { onRequest: service.authenticate }, async ({ identity }) => identity)
  service.get('/admins', { onRequest: [service.authenticate, service.requireRole('admin')] }, async ({ identity }) => identity)
  service.get('/forgotten', async ({ identity }) => identity)
  await service.ready()
  return service
}

export const ask = async (service: FastifyInstance, access: string, url = '/who') =>
  await service.inject({ url, headers: { authorization: `Bearer ${access}` } })

export const statusAt = async (service: FastifyInstance, access: string, url = '/who') => (await ask(service, access, url)).statusCode

/** How often the server was asked by introspection, from now on. */
export function countIntrospections (server: FastifyInstance) {
  const counted = { times: 0 }
  server.server.on('request', ({ url }) => { if (url === '/api/auth/introspect') counted.times++ })
  return counted
}

/** Until the service answers for this token by itself, asking nobody: longer than it holds an answer while nobody vouches. */
export async function answersAlone (service: FastifyInstance, counted: { times: number }, access: string) {
  await eventually(async () => {
    const before = counted.times
    if (await statusAt(service, access) !== 200) return false
    await wait(600)
    return await statusAt(service, access) === 200 && counted.times === before
  }, Boolean, { within: 8000, every: 50 })
}
