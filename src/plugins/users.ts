import fp from 'fastify-plugin'
import { createUsersStore, type UsersStore } from '../store/users/postgres.js'

declare module 'fastify' {
  interface FastifyInstance {
    users: UsersStore
  }
}

export default fp(async (app) => {
  app.decorate('users', createUsersStore(app.sql))
}, { name: 'users', dependencies: ['database'] })
