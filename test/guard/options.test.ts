import t from 'tap'
import { GuardOptionsRefused, readOptions, type GuardOptions } from '../../src/guard/options.js'

const introspection = { clientId: 'orders', clientSecret: 'a-secret' }
const good: GuardOptions = { issuer: 'https://auth.example.com', introspection }

function faultsOf (options: object): string[] {
  try {
    readOptions(options as GuardOptions)
    return []
  } catch (error) {
    return error instanceof GuardOptionsRefused ? error.faults : [`not refused as such: ${String(error)}`]
  }
}

t.test('the options of the guard', async (t) => {
  t.test('need no more than the issuer and the client', async (t) => {
    t.same(readOptions(good), {
      issuer: 'https://auth.example.com',
      url: 'https://auth.example.com',
      audience: 'https://auth.example.com',
      redisUrl: undefined,
      clientId: 'orders',
      clientSecret: 'a-secret',
      cookieName: 'access_token',
      toleranceSeconds: 5
    })
  })

  t.test('may say where the server is reached, whom tokens are for, and how cookies are called', async (t) => {
    t.match(readOptions({
      ...good, issuer: 'https://AUTH.example.com/'.slice(0, -1), url: 'http://gatehouse:8000/', audience: 'orders', redisUrl: 'rediss://r', cookiePrefix: '__Host-', clockToleranceSeconds: 0
    }), { issuer: 'https://auth.example.com', url: 'http://gatehouse:8000', audience: 'orders', redisUrl: 'rediss://r', cookieName: '__Host-access_token', toleranceSeconds: 0 })
  })

  const wrong: Array<[options: object, names: string, remedy: RegExp]> = [
    [{ introspection }, 'issuer is missing', /PUBLIC_URL/],
    [{ ...good, issuer: 'auth.example.com' }, 'issuer is not valid', /PUBLIC_URL/],
    [{ ...good, issuer: 'https://auth.example.com/api' }, 'issuer is not valid', /an origin/],
    [{ ...good, url: 'gatehouse:8000' }, 'url is not valid', /http:\/\/gatehouse:8000/],
    [{ ...good, audience: '' }, 'audience is not valid', /TOKEN_AUDIENCE/],
    [{ ...good, redisUrl: 'localhost:6379' }, 'redisUrl is not valid', /redis:\/\//],
    [{ ...good, cookiePrefix: 'a b' }, 'cookiePrefix is not valid', /COOKIE_PREFIX/],
    [{ ...good, clockToleranceSeconds: '5' }, 'clockToleranceSeconds is not valid', /from 0 to 300/],
    [{ issuer: good.issuer }, 'introspection.clientId is missing', /INTROSPECTION_CLIENTS/],
    [{ ...good, introspection: { clientId: 'a:b', clientSecret: 's' } }, 'introspection.clientId is not valid', /INTROSPECTION_CLIENTS/],
    [{ ...good, introspection: { clientId: 'orders' } }, 'introspection.clientSecret is missing', /secret of that client/],
    [{ ...good, redisURL: 'redis://r' }, 'redisURL is not an option', /redisUrl/]
  ]
  for (const [options, names, remedy] of wrong) {
    t.test(`are refused when ${names}, with the remedy`, async (t) => {
      const fault = faultsOf(options).find((line) => line.startsWith(names)) ?? ''
      t.match(fault, remedy)
    })
  }

  t.test('are refused for every fault at once', async (t) => {
    t.equal(faultsOf({ issuer: 'x', url: 'y', introspection: {} }).length, 4)
    t.throws(() => readOptions({} as GuardOptions), { message: /^gatehouse\/guard: issuer is missing: .+; introspection\.clientId is missing/ })
  })

  t.test('never show a secret', async (t) => {
    t.notOk(faultsOf({ ...good, redisUrl: 'http://:hunter2@r', introspection: { clientId: '', clientSecret: 'hun ter2' } }).join().includes('ter2'))
  })
})
