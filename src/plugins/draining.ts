import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    draining: {
      /** Whether this node takes leave: not ready any more, each connection closed after its answer. */
      readonly begun: boolean
      begin: () => void
    }
  }
}

export default fp(async (app) => {
  let begun = false
  app.decorate('draining', { get begun () { return begun }, begin () { begun = true } })

  app.addHook('onSend', (_request, reply, payload, done) => {
    if (begun) reply.header('connection', 'close')
    done(null, payload)
  })
}, { name: 'draining' })
