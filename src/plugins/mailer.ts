import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    mail: {
      /** Lets the mails that a committed transaction added be sent soon. Costs nothing, waits for nothing, throws nothing. */
      wake: () => void
    }
  }
}

export default fp(async (app) => {
  app.decorate('mail', { wake () {} })
}, { name: 'mailer', dependencies: ['config', 'database'] })
