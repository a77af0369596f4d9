import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import t from 'tap'
import { startApp } from '../helpers/app.js'
import { forEveryStore } from '../helpers/stores.js'
import { createUser, signIn } from '../helpers/users.js'

t.test('GET /.well-known/jwks.json', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const ada = await signIn(app, await createUser(app))
    const response = await app.inject('/.well-known/jwks.json')

    await t.test('answers a JWK Set that may be cached for 300 seconds', async (t) => {
      t.equal(response.statusCode, 200)
      t.equal(response.headers['cache-control'], 'public, max-age=300')
      t.match(response.headers['content-type'], /^application\/(jwk-set\+)?json/)
    })

    await t.test('publishes the public half of each access key and nothing else', async (t) => {
      t.equal(response.json().keys.length, 1)
      for (const key of response.json().keys) {
        t.same(Object.keys(key).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use'])
        t.match(key, { kty: 'RSA', alg: 'RS256', use: 'sig' })
      }
    })

    await t.test('names keys by their RFC 7638 thumbprint, as tokens do', async (t) => {
      t.equal(decodeProtectedHeader(ada.accessToken).kid, response.json().keys[0].kid)
    })

    await t.test('lets anybody verify an access token, its issuer, its audience and its type', async (t) => {
      const { payload } = await jwtVerify(ada.accessToken, createLocalJWKSet(response.json()), {
        algorithms: ['RS256'], typ: 'at+jwt', issuer: app.config.publicUrl, audience: app.config.tokenAudience
      })

      t.same(Object.keys(payload), ['iss', 'aud', 'sub', 'sid', 'jti', 'role', 'iat', 'nbf', 'exp'])
      t.equal(Number(payload.exp) - Number(payload.iat), 900)
    })

    await t.test('publishes no refresh key', async (t) => {
      const { kid } = decodeProtectedHeader(ada.refreshToken)

      t.notOk(response.json().keys.some((key: { kid: string }) => key.kid === kid))
      await t.rejects(jwtVerify(ada.refreshToken, createLocalJWKSet(response.json())), { code: 'ERR_JWKS_NO_MATCHING_KEY' })
    })
  })
})
