import t from 'tap'
import { startApp } from '../helpers/app.js'
import { cookie } from '../helpers/cookies.js'
import { forEveryStore } from '../helpers/stores.js'
import { askWho, bearer, createUser, signIn } from '../helpers/users.js'

const own = 'https://auth.example.com'
const client = 'https://app.example.com'
const foreign = 'https://evil.example'

t.test('cross-site requests', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores, { PUBLIC_URL: own, CLIENT_ORIGINS: `${client},https://other.example.com` })
    const account = await createUser(app)
    const credentials = { email: account.email, password: account.password }
    const ask = async (method: 'GET' | 'POST' | 'HEAD' | 'PUT' | 'OPTIONS', url: string, headers: object, payload?: object) =>
      await app.inject({ method, url, headers: { ...headers }, ...(payload === undefined ? {} : { payload }) })

    const refused: Array<[string, Record<string, string>]> = [
      ['another origin', { origin: foreign }],
      ['another port of our own', { origin: `${own}:8443` }],
      ['our own over http', { origin: 'http://auth.example.com' }],
      ['a subdomain of a client', { origin: 'https://x.app.example.com' }],
      ['an origin that begins as ours', { origin: `${own}.evil.example` }],
      ['a null origin', { origin: 'null' }],
      ['an empty origin', { origin: '' }],
      ['two origins', { origin: `${own}, ${own}` }],
      ['another origin that says same-origin', { origin: foreign, 'sec-fetch-site': 'same-origin' }],
      ['another origin with our Host', { origin: foreign, host: 'evil.example' }],
      ['another origin with a proxy\'s Basic', { origin: foreign, authorization: 'Basic YTpi' }],
      ['no origin and cross-site', { 'sec-fetch-site': 'cross-site' }],
      ['no origin and same-site', { 'sec-fetch-site': 'same-site' }],
      ['no origin and a word that is none', { 'sec-fetch-site': 'whatever' }]
    ]
    const taken: Array<[string, Record<string, string>]> = [
      ['our own origin', { origin: own }],
      ['a client', { origin: client }],
      ['the second client', { origin: 'https://other.example.com' }],
      ['a client on another site', { origin: client, 'sec-fetch-site': 'cross-site' }],
      ['no origin and same-origin', { 'sec-fetch-site': 'same-origin' }],
      ['no origin and none', { 'sec-fetch-site': 'none' }],
      ['neither header', {}]
    ]

    for (const [what, headers] of refused) {
      await t.test(`POST from ${what}: 403 cross_site_request, logged in or not`, async (t) => {
        for (const response of [
          await ask('POST', '/api/auth/login', headers, credentials),
          await ask('POST', '/api/auth/register', headers, {}),
          await ask('POST', '/api/auth/logout', { ...headers, ...cookie(['access_token', 'x']) })
        ]) {
          t.equal(response.statusCode, 403)
          t.match(response.json(), { status: 'fail', code: 'cross_site_request' })
          t.equal(response.headers['set-cookie'], undefined)
        }
      })

      await t.test(`a GET that changes nothing from ${what} passes`, async (t) => {
        t.equal((await ask('GET', '/api/healthchecker', headers)).statusCode, 200)
        t.equal((await ask('HEAD', '/api/healthchecker', headers)).statusCode, 200)
      })
    }

    for (const [what, headers] of taken) {
      await t.test(`POST from ${what} passes`, async (t) => {
        t.equal((await ask('POST', '/api/auth/login', headers, credentials)).statusCode, 200)
      })
    }

    for (const url of ['/api/auth/refresh', '/api/auth/logout']) {
      for (const [what, headers] of [...refused, ['a link', { 'sec-fetch-mode': 'navigate' }], ['our own link', { origin: own, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate' }]] as typeof refused) {
        await t.test(`GET ${url} from ${what}: 403 cross_site_request, and the session lives`, async (t) => {
          const session = await signIn(app, account)
          const response = await ask('GET', url, { ...headers, ...cookie(['access_token', session.accessToken], ['refresh_token', session.refreshToken]) })

          t.equal(response.statusCode, 403)
          t.match(response.json(), { code: 'cross_site_request' })
          t.equal(response.headers['set-cookie'], undefined)
          t.equal((await askWho(app, session.accessToken)).statusCode, 200)
        })
      }

      for (const [what, headers] of taken) {
        await t.test(`GET ${url} from ${what} passes`, async (t) => {
          const { refreshToken } = await signIn(app, account)
          t.equal((await ask('GET', url, { ...headers, 'sec-fetch-mode': 'cors', ...cookie(['refresh_token', refreshToken]) })).statusCode, 200)
        })
      }
    }

    for (const scheme of ['Bearer', 'token']) {
      await t.test(`a request with a ${scheme} header passes from anywhere: no browser adds that by itself`, async (t) => {
        for (const method of ['POST', 'GET'] as const) {
          const { accessToken } = await signIn(app, account)
          const response = await ask(method, '/api/auth/logout', { authorization: `${scheme} ${accessToken}`, origin: foreign, 'sec-fetch-mode': 'navigate' })
          t.equal(response.statusCode, 200)
        }
      })
    }

    await t.test('this refusal comes before any other', async (t) => {
      const headers = { origin: foreign, 'content-type': 'text/plain' }
      for (const url of ['/api/auth/login', '/nowhere', '/api/users/me']) {
        for (const method of ['POST', 'PUT', 'OPTIONS'] as const) {
          t.equal((await app.inject({ method, url, headers, payload: 'a'.repeat(20_000) })).json().code, 'cross_site_request', `${method} ${url}`)
        }
      }
    })

    await t.test('a foreign page learns nothing by CORS, with or without a token', async (t) => {
      const { accessToken } = await signIn(app, account)
      for (const headers of [{ origin: foreign }, { origin: foreign, ...bearer(accessToken) }]) {
        const response = await ask('GET', '/api/users/me', headers)
        t.equal(response.headers['access-control-allow-origin'], undefined)
      }
    })
  })
})
