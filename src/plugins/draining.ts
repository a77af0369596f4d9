import fp from 'fastify-plugin'
import type { Leave } from '../lib/leave.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether this node takes leave: not ready any more, each connection closed after its answer. */
    draining: Pick<Leave, 'begun' | 'begin'>
  }
}

export default fp<{ leave: Leave }>(async (app, { leave }) => {
  app.decorate('draining', leave)

  app.addHook('onRequest', (_request, reply, done) => {
    if (leave.begun) reply.header('connection', 'close')
    done()
  })
}, { name: 'draining' })
