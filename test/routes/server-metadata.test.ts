import t from 'tap'
import { startApp } from '../helpers/app.js'
import { endpointsOf } from '../helpers/endpoints.js'
import { forEveryStore } from '../helpers/stores.js'

const publicUrl = 'https://auth.example.com'

t.test('GET /.well-known/oauth-authorization-server', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores, { PUBLIC_URL: publicUrl })
    const response = await app.inject({ url: '/.well-known/oauth-authorization-server', headers: { host: 'evil.example' } })

    await t.test('answers metadata that may be cached for 300 seconds', async (t) => {
      t.equal(response.statusCode, 200)
      t.match(response.headers['content-type'], /^application\/json/)
      t.equal(response.headers['cache-control'], 'public, max-age=300')
    })

    await t.test('names the issuer, the keys and what machines may ask, by PUBLIC_URL alone', async (t) => {
      t.same(response.json(), {
        issuer: publicUrl,
        jwks_uri: `${publicUrl}/.well-known/jwks.json`,
        introspection_endpoint: `${publicUrl}/api/auth/introspect`,
        introspection_endpoint_auth_methods_supported: ['client_secret_basic'],
        revocation_endpoint: `${publicUrl}/api/auth/revoke`,
        revocation_endpoint_auth_methods_supported: ['client_secret_basic']
      })
    })

    await t.test('names endpoints that are there', async (t) => {
      const paths = Object.values<string>(response.json()).filter((value) => String(value).startsWith(`${publicUrl}/`)).map((url) => new URL(url).pathname)
      t.equal(paths.length, 3)
      for (const path of paths) t.ok(endpointsOf(app).some((endpoint) => endpoint.endsWith(` ${path}`)), path)
    })
  })
})
