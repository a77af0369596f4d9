// One service, twice the same route: guarded, and open to everybody.
import Fastify from 'fastify'
import guard from '../../dist/guard/guard.js'
import { meSchema } from './user-schema.js'

const { ISSUER, AUDIENCE, AUTH_URL, REDIS_URL, CLIENT_ID, CLIENT_SECRET, HOST, PORT } = process.env

const app = Fastify({ logger: { level: 'warn' } })
await app.register(guard, {
  issuer: ISSUER,
  audience: AUDIENCE,
  url: AUTH_URL,
  redisUrl: REDIS_URL,
  introspection: { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET }
})

const user = {
  id: '0b4f3c1e-7f0a-4c1d-9a53-5d2f0a6c9e11',
  name: 'Ada Lovelace',
  email: 'user-0001@bench.example',
  role: 'user',
  photo: 'default.png',
  verified: false,
  createdAt: '2026-11-22T10:00:00.000Z',
  updatedAt: '2026-11-22T10:00:00.000Z'
}
const schema = { response: { 200: meSchema } }

app.get('/guarded', { onRequest: app.authenticate, schema }, (_request, reply) => { reply.send({ status: 'success', data: { user } }) })
app.get('/open', { schema }, (_request, reply) => { reply.send({ status: 'success', data: { user } }) })
app.get('/health/ready', async () => ({ status: 'success' }))

await app.listen({ host: HOST, port: Number(PORT) })
