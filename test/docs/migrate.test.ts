import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { FastifyInstance } from 'fastify'
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose'
import postgres from 'postgres'
import t, { type Test } from 'tap'
import { startApp } from '../helpers/app.js'
import { auth0Hashes, auth0Users, betterAuth, formerPassword, orders, shortPassword, supabase } from '../helpers/former-systems.js'
import { programPath } from '../helpers/programs.js'
import { leftOut as servicesLeftOut, privatePostgres } from '../helpers/services.js'
import { filesOn, pageOf, runInBash, storyOf } from '../helpers/snippets.js'
import { bearer, tokensOf } from '../helpers/users.js'

const absent = ['bash', 'psql'].filter((program) => spawnSync(program, ['--version']).error !== undefined)
if (absent.length > 0 && process.env.CI === 'true') throw new Error(`missing: ${absent.join(', ')}`)
const leftOut = servicesLeftOut || (absent.length > 0 && `the commands of the guide need ${absent.join(' and ')}: \`apt-get install -y bash postgresql-client\``)

const issuer = 'https://auth.example.com'
const formerIssuer = 'https://former.supabase.co/auth/v1'
const graceId = '9c058aa5-e0b3-8428-8617-f8423a57920b'
const alanId = 'f8d8f61e-301a-8ca1-85ca-cac6eb15400f'
const keysOf = (origin: string) => `'${origin}/.well-known/jwks.json'`

t.test('docs/migrate.md', { skip: leftOut }, async (t) => {
  const page = await pageOf('docs/migrate.md')
  const files = filesOn(page)
  const { folder, urls, tell } = await preparePlace(t, files)
  const settings = { DATABASE_URL: urls.gatehouse ?? '' }

  const brought = { supabase: 6, 'better-auth': 5, auth0: 4 }
  for (const [story, count] of Object.entries(brought)) {
    await t.test(`its commands bring in everybody from ${story}`, async (t) => {
      const { output, exitCode } = await tell(storyOf(page, story))
      t.equal(exitCode, 0, 'no command fails', { output })
      t.match(output, new RegExp(`^${count} lines in .* s: ${count} added, 0 there already, 0 refused$`, 'm'))
    })
  }

  const app = await startApp(t, { settings }, { PUBLIC_URL: issuer })

  await t.test('people sign in with the password they had, and are who they were', async (t) => {
    t.same(await userOf(app, 'ada@supabase.example'), {
      id: '6ba7b810-9dad-41d1-80b4-00c04fd430c8', name: 'Ada "Countess" Lovelace', email: 'ada@supabase.example', role: 'user', photo: 'https://example.com/ada.png', verified: true, createdAt: '2024-03-01T11:59:58.123Z'
    })
    t.match(await userOf(app, 'pardoned@supabase.example'), { name: 'pardoned', photo: 'default.png' })

    t.same(await userOf(app, 'grace@better-auth.example'), {
      id: graceId, name: 'Grace Hopper', email: 'grace@better-auth.example', role: 'user', photo: 'https://example.com/grace.png', verified: true, createdAt: '2025-06-01T08:30:00.500Z'
    })
    t.match(await userOf(app, 'own-hash@better-auth.example'), { id: '0b9e5f0a-5b9c-4b8e-9d2c-2f1f3a6f7c11', photo: 'default.png', verified: false })
    t.match(await userOf(app, 'pardoned@better-auth.example'), { name: 'Pardoned' })

    t.same(await userOf(app, 'alan@auth0.example'), {
      id: alanId, name: 'Alan Turing', email: 'alan@auth0.example', role: 'user', photo: 'https://s.gravatar.com/avatar/1?s=480&r=pg', verified: true, createdAt: '2019-12-06T18:36:12.412Z'
    })
    t.match(await userOf(app, 'euclid@auth0.example'), { name: 'euclid@auth0.example', verified: false })
  })

  await t.test('whoever had no password, or was shut out, does not', async (t) => {
    for (const email of ['social@supabase.example', 'firebase@supabase.example', 'banned@supabase.example', 'social@better-auth.example', 'banned@better-auth.example', 'blocked@auth0.example']) {
      t.match((await signIn(app, email)).json(), { code: 'invalid_credentials' }, email)
    }
  })

  await t.test('a password of fewer than 8 characters is refused, as the page says', async (t) => {
    t.match((await signIn(app, 'short@supabase.example', shortPassword)).json(), { code: 'validation_failed' })
  })

  await t.test('of two users with one address at Auth0, whoever had not verified it loses it', async (t) => {
    t.match((await signIn(app, 'mary@auth0.example')).json(), { code: 'invalid_credentials' })
    const { output } = await tell('node auth0.js > auth0.jsonl')
    t.equal(output, [
      'google-oauth2|103547991597142817347 has the address of auth0|5dea9f9c82dd7c0e76e4ec93 and is left out',
      'auth0|squatter has the address of google-oauth2|203547991597142817347 and is left out',
      '4 users, 1 without an address\n'
    ].join('\n'))
  })

  await t.test('a second run brings in nobody twice, and the columns of the admin plugin may be missing', async (t) => {
    await onDatabase(urls.better_auth ?? '', async (sql) => await sql`alter table "user" drop column banned, drop column "banExpires"`)
    const { output, exitCode } = await tell(storyOf(page, 'better-auth'))
    t.match({ output, exitCode }, { output: /: 0 added, 5 there already, 0 refused/, exitCode: 0 })
  })

  await t.test('the fields it asks of Auth0 are those its program reads', async (t) => {
    const asked = JSON.parse(files['export.json'] ?? '').fields.map(({ name }: { name: string }) => name)
    const read = [...new Set([...(files['auth0.js'] ?? '').matchAll(/user\.(\w+)/g)].map(([, name]) => name))]
    t.same(asked.sort(), read.sort())
  })

  await t.test('ids in the tables of an application follow', async (t) => {
    const { output, exitCode } = await tell(storyOf(page, 'ids'))
    t.same({ output, exitCode }, { output: '', exitCode: 0 })
    await onDatabase(urls.app ?? '', async (sql) => {
      t.same((await sql`select user_id from orders order by id`).map(({ user_id: id }) => id), [graceId, alanId, '0b9e5f0a-5b9c-4b8e-9d2c-2f1f3a6f7c11'])
    })
  })

  await t.test('a service tells the tokens of both apart', async (t) => {
    const former = await startFormer(t)
    const origin = await app.listen({ port: 0, host: '127.0.0.1' })
    const text = (files['both.js'] ?? '').replace(keysOf(issuer), keysOf(origin)).replace(keysOf(formerIssuer), keysOf(former.origin))
    await writeFile(join(folder, 'both.js'), text)
    const { whoCalls } = await import(pathToFileURL(join(folder, 'both.js')).href) as { whoCalls: (token: string) => Promise<string> }

    const { id } = await userOf(app, 'ada@supabase.example')
    const { accessToken, refreshToken } = tokensOf(await signIn(app, 'ada@supabase.example'))
    t.equal(await whoCalls(accessToken), id)
    t.equal(await whoCalls(await former.issue({ sub: id })), id)
    t.equal(await whoCalls(await former.issue({ sub: 'auth0|5dea9f9c82dd7c0e76e4ec93' })), alanId)

    for (const [what, token] of Object.entries({
      'a refresh token': refreshToken,
      'a token for somebody else': await former.issue({ sub: id, aud: 'anon' }),
      'a token of nobody': await former.issue({}),
      'a token of the one in the name of the other': await former.issue({ sub: id, iss: issuer, aud: issuer }),
      'a token of a third': await former.issue({ sub: id, iss: 'https://example.net' }),
      'a token that has expired': await former.issue({ sub: id, exp: 1 })
    })) await t.rejects(whoCalls(token), what)
  })
})

/** A folder with the files that the page writes and those of Auth0, and a database for each of the others, for an application and for Gatehouse. */
async function preparePlace (t: Test, files: Record<string, string>) {
  const { url } = await privatePostgres(t)
  const tables = { supabase, better_auth: betterAuth, app: orders, gatehouse: '' }
  const urls: Record<string, string> = {}
  for (const [name, commands] of Object.entries(tables)) {
    await onDatabase(url, async (sql) => await sql`create database ${sql(name)}`)
    urls[name] = new URL(`/${name}`, url).href
    await onDatabase(urls[name], async (sql) => await sql.unsafe(commands))
  }

  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-migrate-'))
  t.teardown(async () => await rm(folder, { recursive: true, force: true }))
  const all = { ...files, 'package.json': '{"type":"module"}', 'users.json': auth0Users, 'hashes.json': auth0Hashes }
  for (const [name, text] of Object.entries(all)) await writeFile(join(folder, name), text)
  await symlink(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'))

  const set = `
    gatehouse () { '${process.execPath}' '${await programPath('cli/main.js')}' "$@"; }
    export DATABASE_URL=${urls.gatehouse} SUPABASE_DATABASE_URL=${urls.supabase} BETTER_AUTH_DATABASE_URL=${urls.better_auth} APP_DATABASE_URL=${urls.app}
  `
  return { folder, urls, tell: async (commands: string) => await runInBash(set + commands, folder) }
}

async function onDatabase (url: string, act: (sql: postgres.Sql) => Promise<unknown>) {
  const sql = postgres(url, { max: 1, onnotice () {} })
  await act(sql)
  await sql.end()
}

const signIn = async (app: FastifyInstance, email: string, password = formerPassword) =>
  await app.inject({ method: 'POST', url: '/api/auth/login', payload: { email, password, transport: 'body' } })

/** Signs in, and tells who that is. */
async function userOf (app: FastifyInstance, email: string) {
  const { accessToken } = tokensOf(await signIn(app, email))
  const response = await app.inject({ url: '/api/users/me', headers: bearer(accessToken) })
  const { updatedAt, ...user } = response.json().data.user
  return user
}

/** Another system that issues tokens as Supabase Auth does, with keys of its own. */
async function startFormer (t: Test) {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const keys = JSON.stringify({ keys: [{ ...await exportJWK(publicKey), kid: 'former', alg: 'ES256', use: 'sig' }] })
  const server = createServer((_, response) => response.setHeader('content-type', 'application/json').end(keys)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const exp = Math.floor(Date.now() / 1000) + 3600
  const issue = async (claims: JWTPayload) => await new SignJWT({ iss: formerIssuer, aud: 'authenticated', role: 'authenticated', exp, ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: 'former' }).sign(privateKey)
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, issue }
}
