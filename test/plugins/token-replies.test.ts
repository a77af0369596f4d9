import fastify from 'fastify'
import t, { type Test } from 'tap'
import { readConfig } from '../../src/config.js'
import configPlugin from '../../src/plugins/config.js'
import tokenReplies from '../../src/plugins/token-replies.js'
import { startApp } from '../helpers/app.js'
import { cookie, cookieLines } from '../helpers/cookies.js'
import { forEveryStore } from '../helpers/stores.js'
import { createUser, signIn } from '../helpers/users.js'

const now = Date.parse('2026-11-22T10:00:00.500Z')
const seconds = Math.floor(now / 1000)
const issued = { accessToken: 'a.b.c', accessExpiresAt: seconds + 900, refreshToken: 'd.e.f', refreshExpiresAt: seconds + 604_800 }
const production = { NODE_ENV: 'production', DATABASE_URL: 'postgres://localhost/x', PUBLIC_URL: 'https://auth.example.com' }

/** How the cookies are set, and emptied, under these settings. */
async function cookiesUnder (t: Test, settings: Record<string, string>, changes: Partial<typeof issued> = {}) {
  const app = fastify()
  t.teardown(async () => await app.close())
  await app.register(configPlugin, { config: readConfig(settings), now: () => now })
  await app.register(tokenReplies)
  app.get('/set', async (_request, reply) => reply.tokens({ ...issued, ...changes }, 'cookie'))
  app.get('/body', async (_request, reply) => reply.tokens({ ...issued, ...changes }, 'body'))
  app.get('/clear', async (_request, reply) => reply.clearSession().send())
  const [set, body, clear] = [await app.inject('/set'), await app.inject('/body'), await app.inject('/clear')]
  return { set, body, clear }
}

const rows: Array<[string, Record<string, string>, string[]]> = [
  ['in development', {}, [
    'access_token; Max-Age=900; Path=/; HttpOnly; SameSite=Lax',
    'refresh_token; Max-Age=604800; Path=/api/auth; HttpOnly; SameSite=Lax',
    'logged_in; Max-Age=604800; Path=/; SameSite=Lax'
  ]],
  ['in production', production, [
    'access_token; Max-Age=900; Path=/; HttpOnly; Secure; SameSite=Lax',
    'refresh_token; Max-Age=604800; Path=/api/auth; HttpOnly; Secure; SameSite=Lax',
    'logged_in; Max-Age=604800; Path=/; Secure; SameSite=Lax'
  ]],
  ['in production with COOKIE_SECURE=false', { ...production, COOKIE_SECURE: 'false' }, [
    'access_token; Max-Age=900; Path=/; HttpOnly; SameSite=Lax',
    'refresh_token; Max-Age=604800; Path=/api/auth; HttpOnly; SameSite=Lax',
    'logged_in; Max-Age=604800; Path=/; SameSite=Lax'
  ]],
  ['with COOKIE_DOMAIN', { COOKIE_DOMAIN: 'example.com' }, [
    'access_token; Max-Age=900; Domain=example.com; Path=/; HttpOnly; SameSite=Lax',
    'refresh_token; Max-Age=604800; Domain=example.com; Path=/api/auth; HttpOnly; SameSite=Lax',
    'logged_in; Max-Age=604800; Domain=example.com; Path=/; SameSite=Lax'
  ]],
  ['with COOKIE_SAME_SITE=strict', { COOKIE_SAME_SITE: 'strict' }, [
    'access_token; Max-Age=900; Path=/; HttpOnly; SameSite=Strict',
    'refresh_token; Max-Age=604800; Path=/api/auth; HttpOnly; SameSite=Strict',
    'logged_in; Max-Age=604800; Path=/; SameSite=Strict'
  ]],
  ['with COOKIE_SAME_SITE=none', { COOKIE_SAME_SITE: 'none', COOKIE_SECURE: 'true' }, [
    'access_token; Max-Age=900; Path=/; HttpOnly; Secure; SameSite=None',
    'refresh_token; Max-Age=604800; Path=/api/auth; HttpOnly; Secure; SameSite=None',
    'logged_in; Max-Age=604800; Path=/; Secure; SameSite=None'
  ]],
  ['with COOKIE_PREFIX=__Host-: Secure, Path=/ for all and no domain', { COOKIE_PREFIX: '__Host-' }, [
    '__Host-access_token; Max-Age=900; Path=/; HttpOnly; Secure; SameSite=Lax',
    '__Host-refresh_token; Max-Age=604800; Path=/; HttpOnly; Secure; SameSite=Lax',
    '__Host-logged_in; Max-Age=604800; Path=/; Secure; SameSite=Lax'
  ]],
  ['with COOKIE_PREFIX=__host-: the same, since browsers do not look at its case', { COOKIE_PREFIX: '__host-' }, [
    '__host-access_token; Max-Age=900; Path=/; HttpOnly; Secure; SameSite=Lax',
    '__host-refresh_token; Max-Age=604800; Path=/; HttpOnly; Secure; SameSite=Lax',
    '__host-logged_in; Max-Age=604800; Path=/; Secure; SameSite=Lax'
  ]],
  ['with COOKIE_PREFIX=__Secure-: Secure', { COOKIE_PREFIX: '__Secure-', COOKIE_DOMAIN: 'example.com' }, [
    '__Secure-access_token; Max-Age=900; Domain=example.com; Path=/; HttpOnly; Secure; SameSite=Lax',
    '__Secure-refresh_token; Max-Age=604800; Domain=example.com; Path=/api/auth; HttpOnly; Secure; SameSite=Lax',
    '__Secure-logged_in; Max-Age=604800; Domain=example.com; Path=/; Secure; SameSite=Lax'
  ]],
  ['with a COOKIE_PREFIX of one\'s own', { COOKIE_PREFIX: 'my-' }, [
    'my-access_token; Max-Age=900; Path=/; HttpOnly; SameSite=Lax',
    'my-refresh_token; Max-Age=604800; Path=/api/auth; HttpOnly; SameSite=Lax',
    'my-logged_in; Max-Age=604800; Path=/; SameSite=Lax'
  ]]
]

t.test('cookies', async (t) => {
  for (const [what, settings, lines] of rows) {
    await t.test(what, async (t) => {
      const { set, clear } = await cookiesUnder(t, settings)

      t.same(cookieLines(set), lines)
      t.same(set.cookies.map(({ value }) => value), ['a.b.c', 'd.e.f', 'true'])
      t.same(cookieLines(clear), lines.map((line) => line.replace(/Max-Age=\d+/, 'Max-Age=0')), 'emptied with the same attributes')
      t.same(clear.cookies.map(({ value }) => value), ['', '', ''])
    })
  }

  for (const [what, settings, fault] of [
    ['SameSite=None without Secure', { COOKIE_SAME_SITE: 'none' }, /COOKIE_SAME_SITE/],
    ['__Host- with a domain', { COOKIE_PREFIX: '__Host-', COOKIE_DOMAIN: 'example.com' }, /COOKIE_DOMAIN/],
    ['__Secure- without Secure', { COOKIE_PREFIX: '__Secure-', COOKIE_SECURE: 'false' }, /COOKIE_SECURE/]
  ] as const) {
    await t.test(`${what} is refused at start`, async (t) => {
      t.throws(() => readConfig(settings), { message: fault })
    })
  }

  await t.test('expires_in, refresh_expires_in and Max-Age count what is left, and never less than nothing', async (t) => {
    const later = await cookiesUnder(t, {}, { accessExpiresAt: seconds + 7, refreshExpiresAt: seconds + 70 })
    t.match(later.body.json(), { expires_in: 7, refresh_expires_in: 70 })
    t.same(later.set.cookies.map(({ maxAge }) => maxAge), [7, 70, 70])

    const over = await cookiesUnder(t, {}, { accessExpiresAt: seconds - 7, refreshExpiresAt: seconds - 1 })
    t.match(over.body.json(), { expires_in: 0, refresh_expires_in: 0 })
    t.same(over.set.cookies.map(({ maxAge }) => maxAge), [0, 0, 0])
  })

  await t.test('transport body gives no cookies, and transport cookie no refresh token in the body', async (t) => {
    const { set, body } = await cookiesUnder(t, {})

    t.equal(body.headers['set-cookie'], undefined)
    t.same(body.json(), { status: 'success', access_token: 'a.b.c', token_type: 'Bearer', expires_in: 900, refresh_token: 'd.e.f', refresh_expires_in: 604_800 })
    t.same(set.json(), { status: 'success', access_token: 'a.b.c', token_type: 'Bearer', expires_in: 900 })
  })

  await forEveryStore(t, async (t, stores) => {
    await t.test('are read under their prefix and under no other name', async (t) => {
      const app = await startApp(t, stores, { COOKIE_PREFIX: '__Host-' })
      const { accessToken, response } = await signIn(app, await createUser(app))
      const refreshToken = String(response.cookies.find(({ name }) => name === '__Host-refresh_token')?.value)
      const ask = async (name: string) => (await app.inject({ url: '/api/users/me', headers: cookie([name, accessToken]) })).statusCode
      const refresh = async (name: string) => (await app.inject({ url: '/api/auth/refresh', headers: cookie([name, refreshToken]) })).statusCode

      t.same([await ask('__Host-access_token'), await ask('access_token'), await ask('__host-access_token')], [200, 401, 401])
      t.same([await refresh('refresh_token'), await refresh('__Host-refresh_token')], [401, 200])
    })
  })
})
