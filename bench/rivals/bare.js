// The ceiling: what Fastify itself costs when nobody is asked who is calling.
import Fastify from 'fastify'
import { meSchema } from './user-schema.js'

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

const app = Fastify({ logger: { level: 'warn' } })

app.get('/api/users/me', { schema: { response: { 200: meSchema } } }, async () => ({ status: 'success', data: { user } }))
app.get('/health/ready', async () => ({ status: 'success' }))

await app.listen({ host: process.env.HOST, port: Number(process.env.PORT) })
