import fastify from 'fastify'
import t from 'tap'
import requestOrigin from '../../src/plugins/request-origin.js'

t.test('request.from', async (t) => {
  const app = fastify({ trustProxy: '10.0.0.0/8' })
  await app.register(requestOrigin)
  // What injects requests gives each a name.
  app.addHook('onRequest', async ({ headers }) => { if (headers['x-silent']) delete headers['user-agent'] })
  app.get('/', async (request) => request.from())
  t.teardown(() => app.close())
  const from = async (headers: Record<string, string>, remoteAddress = '10.0.0.1') => (await app.inject({ url: '/', headers, remoteAddress })).json()

  t.test('is the caller\'s address and what it calls itself', async (t) => {
    t.same(await from({ 'user-agent': 'a test' }, '192.0.2.1'), { ip: '192.0.2.1', userAgent: 'a test' })
  })

  t.test('holds null for a caller that says nothing of itself', async (t) => {
    t.equal((await from({ 'x-silent': 'yes' })).userAgent, null)
  })

  t.test('keeps 512 characters of a longer name, and cuts none in two', async (t) => {
    t.equal((await from({ 'user-agent': 'x'.repeat(5000) })).userAgent, 'x'.repeat(512))
    t.equal((await from({ 'user-agent': '\u{1f511}'.repeat(600) })).userAgent, '\u{1f511}'.repeat(512))
  })

  t.test('keeps 45 characters of what a proxy forwards as an address', async (t) => {
    t.equal((await from({ 'x-forwarded-for': 'x'.repeat(500) })).ip, 'x'.repeat(45))
    t.equal((await from({ 'x-forwarded-for': '0000:0000:0000:0000:0000:ffff:255.255.255.255' })).ip, '0000:0000:0000:0000:0000:ffff:255.255.255.255')
  })
})
