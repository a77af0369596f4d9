import { Writable } from 'node:stream'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import t from 'tap'
import { readConfig } from '../../src/config.js'
import { logOptions } from '../../src/log.js'
import { startApp } from '../helpers/app.js'
import { asMachine, introspect, machine, revoke, sendForm, withMachine } from '../helpers/machines.js'
import { forEveryStore, type Stores } from '../helpers/stores.js'
import { createUser, bearer, tokensOf } from '../helpers/users.js'

/** What must never be written: every secret that goes in or comes out is noted here. */
function notebook () {
  const secrets = new Set<string>()
  const note = (...found: string[]) => { for (const secret of found) if (secret.length >= 8) secrets.add(secret) }
  return {
    secrets,
    note,
    noteAnswer (response: LightMyRequestResponse) {
      note(...response.cookies.filter(({ name }) => name !== 'logged_in').map(({ value }) => value))
      if (/"access_token"/.test(response.body)) note(...Object.values(tokensOf(response)))
      return response
    }
  }
}

function capture () {
  const lines: string[] = []
  const stream = new Writable({ write (chunk, _encoding, done) { lines.push(String(chunk)); done() } })
  const { transport, ...options } = { transport: undefined, ...logOptions(readConfig({ LOG_LEVEL: 'trace' })) }
  return { lines, logger: { ...options, level: 'trace', stream } }
}

async function everyStory (app: FastifyInstance, { note, noteAnswer }: ReturnType<typeof notebook>) {
  const password = `a quiet harbour ${Math.random()}`
  note(password, 'not-her-password', 'Basic-secret-of-a-proxy')
  const ask = async (options: InjectOptions) => noteAnswer(await app.inject(options))
  const account = await createUser(app, { password })
  const { email } = account
  for (const { passwordHash } of await app.sql<{ passwordHash: string }[]>`select password_hash from users`) note(passwordHash)

  const login = (fields: object) => ask({ method: 'POST', url: '/api/auth/login', payload: { email, password, ...fields } })
  const byCookie = tokensOf(await login({}))
  const byBody = tokensOf(await login({ transport: 'body' }))
  const cookies = (tokens: typeof byCookie) => ({ cookie: `access_token=${tokens.accessToken}; refresh_token=${tokens.refreshToken}; logged_in=true` })
  const refresh = (token: string) => ask({ method: 'POST', url: '/api/auth/refresh', payload: { refresh_token: token } })

  await ask({ method: 'POST', url: '/api/auth/register', payload: { ...account, name: 'x', password } })
  await ask({ method: 'POST', url: '/api/auth/register', payload: { name: '', email: 'none', password } })
  await ask({ method: 'POST', url: '/api/auth/login', payload: `{"email":"${email}","password":"${password}"`, headers: { 'content-type': 'application/json' } })
  await ask({ method: 'POST', url: '/api/auth/login', payload: `password=${password}`, headers: { 'content-type': 'text/plain' } })
  await login({ password: 'not-her-password' })
  await login({ password: [password] })
  await ask({ url: '/api/users/me', headers: bearer(byBody.accessToken) })
  await ask({ url: '/api/users/me', headers: cookies(byCookie) })
  await ask({ url: '/api/users/me', headers: { ...cookies(byCookie), authorization: 'Basic-secret-of-a-proxy' } })
  await ask({ url: '/api/users/me', headers: bearer(`${byBody.accessToken}x`) })
  await ask({ url: `/api/users/me?access_token=${byBody.accessToken}&password=${encodeURIComponent(password)}` })
  await ask({ url: `/nowhere?token=${byBody.refreshToken}`, headers: cookies(byCookie) })

  const next = tokensOf(await refresh(byBody.refreshToken))
  await refresh(tokensOf(await refresh(next.refreshToken)).refreshToken)
  await refresh(byBody.refreshToken)
  await ask({ method: 'POST', url: '/api/auth/refresh', headers: cookies(byCookie) })
  await ask({ method: 'POST', url: '/api/auth/refresh', headers: { ...cookies(byCookie), origin: 'https://evil.example' } })

  note(machine.secret, asMachine.authorization)
  const asked = tokensOf(await login({ transport: 'body' }))
  for (const token of [...Object.values(asked), `${asked.accessToken}x`]) await introspect(app, token)
  await sendForm(app, '/api/auth/introspect', { token: asked.accessToken }, { authorization: `${asMachine.authorization}x` })
  await sendForm(app, '/api/auth/introspect', `token=${asked.accessToken}&token=${asked.refreshToken}`)
  await revoke(app, asked.refreshToken)

  const last = tokensOf(await login({ transport: 'body' }))
  await app.sql`alter table sessions rename to sessions_away`
  await app.sql`alter table users rename to users_away`
  const broken = [await login({}), await refresh(last.refreshToken), await ask({ method: 'POST', url: '/api/auth/register', payload: { name: 'Eve', email: `x${email}`, password } }),
    await ask({ method: 'POST', url: '/api/auth/logout', payload: { refresh_token: last.refreshToken } })]
  await app.sql`alter table users_away rename to users`
  await app.sql`alter table sessions_away rename to sessions`

  await app.sql`alter table users add constraint nobody check (email not like 'eve%')`
  broken.push(await ask({ method: 'POST', url: '/api/auth/register', payload: { name: 'Eve', email: `eve${email}`, password } }))
  await app.sql`alter table users drop constraint nobody`
  await ask({ method: 'POST', url: '/api/auth/logout', headers: cookies(last), payload: { everywhere: true } })
  return broken
}

t.test('a log at its most talkative', async (t) => {
  const tell = async (stores: Stores) => {
    const log = capture()
    const notes = notebook()
    const app = await startApp(t, stores, withMachine, { logger: log.logger })
    const broken = await everyStory(app, notes)
    return { text: log.lines.join(''), lines: log.lines, secrets: [...notes.secrets], broken }
  }

  await forEveryStore(t, async (t, stores) => {
    const { text, lines, secrets, broken } = await tell(stores)

    t.test('tells of what happened, and of what broke', async (t) => {
      t.ok(lines.length > 20, `${lines.length} lines`)
      t.ok(broken.every(({ statusCode }) => statusCode >= 500), broken.map(({ statusCode }) => statusCode).join())
      t.match(text, /"level":"error"/)
      t.match(text, /does not exist|violates check constraint/)
    })

    t.test('names no token, password, cookie or hash', async (t) => {
      t.ok(secrets.length > 15, `${secrets.length} secrets went in and out`)
      t.same(secrets.filter((secret) => text.includes(secret) || text.includes(JSON.stringify(secret).slice(1, -1))), [])
      t.same(secrets.filter((secret) => secret.split('.').length === 3 && text.includes(secret.split('.')[2] ?? '')), [], 'no signature either')
    })

    t.test('answers of what broke name no part of it', async (t) => {
      for (const { body } of broken) t.notMatch(body, /sessions|users|select|constraint|relation|stack|\.js|\.ts/i)
    })
  })
})
