import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { startApp } from '../helpers/app.js'
import { read } from '../helpers/issuer.js'
import { signedByAnother } from '../helpers/refusals.js'
import { forEveryStore } from '../helpers/stores.js'
import { bearer, createUser, signIn } from '../helpers/users.js'

const program = fileURLToPath(new URL('../../examples/express/server.js', import.meta.url))
const issuer = 'https://auth.example.com'
const audience = 'https://api.example.com'

/** The example, as a process of its own that reads the keys there. */
async function startExample (t: Test, jwksUrl: string): Promise<string> {
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env.PATH, ISSUER: issuer, TOKEN_AUDIENCE: audience, JWKS_URL: jwksUrl, PORT: '0' }, stdio: ['ignore', 'pipe', 'inherit']
  })
  t.teardown(async () => {
    const gone = once(child, 'exit')
    child.kill()
    await gone
  })
  const [line] = await once(child.stdout, 'data')
  return /http:\S+/.exec(String(line))?.[0] ?? ''
}

t.test('examples/express', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    if (stores.name !== 'embedded') return t.pass('it knows nothing of stores')
    const app = await startApp(t, stores, { PUBLIC_URL: issuer, TOKEN_AUDIENCE: audience })
    const keys = `${await app.listen({ port: 0, host: '127.0.0.1' })}/.well-known/jwks.json`
    const service = await startExample(t, keys)
    const account = await createUser(app)
    const ask = async (headers: Record<string, string>) => await fetch(`${service}/orders`, { headers })

    await t.test('answers whoever shows a live access token, and knows the user, the session and the role', async (t) => {
      const { accessToken } = await signIn(app, account)
      const response = await ask(bearer(accessToken))

      t.equal(response.status, 200)
      t.match(await response.json(), { of: { userId: account.id, sessionId: /^[0-9a-f-]{36}$/, role: 'user' } })
    })

    await t.test('refuses everybody else with 401', async (t) => {
      const { accessToken, refreshToken } = await signIn(app, account)
      const { sub, sid, jti, iat } = read(accessToken).claims
      const expired = await app.tokens.sign('access', { sub, sid, jti, role: 'user', iat: iat - 1200, exp: iat - 300 })
      const refusals: Record<string, Record<string, string>> = {
        'no token': {},
        'another scheme': { authorization: 'Basic YTpi' },
        nonsense: bearer('nonsense'),
        'a refresh token': bearer(refreshToken),
        'a token that somebody else signed': bearer(await signedByAnother(accessToken)),
        'a token that has expired': bearer(expired)
      }
      for (const [what, headers] of Object.entries(refusals)) {
        const response = await ask(headers)
        t.equal(response.status, 401, what)
        t.match(response.headers.get('www-authenticate'), /^Bearer/, what)
      }
    })

    await t.test('does not know that a session has ended, as its README says', async (t) => {
      const { accessToken } = await signIn(app, account)
      await app.inject({ method: 'POST', url: '/api/auth/logout', headers: bearer(accessToken) })

      t.equal((await ask(bearer(accessToken))).status, 200)
    })

    await t.test('answers 503 while it has no keys: that says nothing of a token', async (t) => {
      const { accessToken } = await signIn(app, account)
      const alone = await startExample(t, keys.replace('jwks.json', 'nothing.json'))
      const response = await fetch(`${alone}/orders`, { headers: bearer(accessToken) })

      t.equal(response.status, 503)
      t.equal(response.headers.get('retry-after'), '1')
      t.equal((await fetch(alone)).status, 200, 'what is open stays open')
    })
  })

  t.test('needs what is tested here', async (t) => {
    const packageOf = async (path: string) => JSON.parse(await readFile(new URL(`../../${path}`, import.meta.url), 'utf8'))
    const [ours, theirs] = [await packageOf('package.json'), await packageOf('examples/express/package.json')]
    t.same(theirs.dependencies, { express: ours.devDependencies.express, jose: ours.dependencies.jose })
  })
})
