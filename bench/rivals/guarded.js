// One service, twice the same route: guarded, and open to everybody.
import Fastify from 'fastify'
import guard from '../../dist/guard/guard.js'
import { meSchema, user } from './user-schema.js'

const { ISSUER, AUDIENCE, AUTH_URL, REDIS_URL, CLIENT_ID, CLIENT_SECRET, HOST, PORT } = process.env

const app = Fastify({ logger: { level: 'warn' } })
await app.register(guard, {
  issuer: ISSUER,
  audience: AUDIENCE,
  url: AUTH_URL,
  redisUrl: REDIS_URL,
  introspection: { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET }
})

const schema = { response: { 200: meSchema } }

app.get('/guarded', { onRequest: app.authenticate, schema }, (_request, reply) => { reply.send({ status: 'success', data: { user } }) })
app.get('/open', { schema }, (_request, reply) => { reply.send({ status: 'success', data: { user } }) })
app.get('/health/ready', async () => ({ status: 'success' }))

await app.listen({ host: HOST, port: Number(PORT) })
