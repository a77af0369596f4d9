import type { FastifyPluginAsync, RegisterOptions } from 'fastify'
import fp from 'fastify-plugin'
import { assemble } from './assemble.js'
import { hostSerializers } from './host-log.js'
import { createLeave } from './lib/leave.js'
import { readOptions, type GatehouseOptions } from './options.js'
import { decorateIdentity } from './plugins/authentication.js'
import { authenticateForHost } from './plugins/host-guards.js'

const plugin: FastifyPluginAsync<GatehouseOptions> = async (host, options: GatehouseOptions & RegisterOptions) => {
  const { prefix = '', logLevel, logSerializers } = options
  const config = readOptions(options, host.prefix + prefix)
  const leave = createLeave()

  const context = {
    prefix,
    logSerializers: { ...hostSerializers(host.log), ...logSerializers },
    ...(logLevel === undefined ? {} : { logLevel })
  } as RegisterOptions

  const slot = decorateIdentity(host)
  await host.register(async (app) => {
    app.addHook('preClose', async () => leave.begin())
    await assemble(app, { config, now: Date.now, leave, embedded: true, slot })
    host.decorate('authenticate', authenticateForHost(app))
    host.decorate('requireRole', app.requireRole)
  }, context)
}

// The range of our own dependency: an older Fastify 5 takes every body for one of no type, and would be a second copy beside ours.
const madeFor = '^5.12.8'

/**
 * Gatehouse as a plugin of Fastify 5, from 5.12.8 on: all its routes inside your app, under `prefix`, in a context of their own.
 * To your app it adds `app.authenticate`, `app.requireRole(role)` and `request.identity`, for the routes of the scope it is registered in.
 * What it opens it closes with your app. Several of them live in one process, each registered in a scope of its own.
 *
 * Registering it throws ConfigError when options are wrong, and KeyRefused when a signing key may not be used.
 *
 * @example
 * await app.register(gatehouse, { prefix: '/id', publicUrl: 'https://app.example.com', databaseUrl: 'postgres://…' })
 * app.get('/orders', { onRequest: app.authenticate }, async (request) => await ordersOf(request.identity.user.id))
 */
export const gatehouse = fp(plugin, { name: 'gatehouse', fastify: madeFor })
