import t from 'tap'
import { ConfigError, readConfig } from '../src/config.js'
import { readOptions, type GatehouseOptions } from '../src/options.js'

const publicUrl = 'https://app.example.com'

function faultsOf (options: object, path = ''): string[] {
  try {
    readOptions({ publicUrl, ...options } as GatehouseOptions, path)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
}

t.test('options', async (t) => {
  t.test('are the settings by other names, with the same defaults', async (t) => {
    t.same(readOptions({ publicUrl }, '/id'), { ...readConfig({ PUBLIC_URL: publicUrl }), web: false }, 'but for the pages')
    t.match(readOptions({ publicUrl, accessTokenSeconds: 60, rateLimits: false, databaseUrl: 'postgres://h/d' }, ''),
      { accessTokenSeconds: 60, rateLimits: false, databaseUrl: 'postgres://h/d', tokenAudience: publicUrl })
  })

  t.test('may be those of the environment, handed on', async (t) => {
    t.equal(readOptions({ ...readConfig({ ACCESS_TOKEN_TTL: '1m', PUBLIC_URL: publicUrl }) }, '').accessTokenSeconds, 60)
  })

  t.test('are copied, and then cannot be changed', async (t) => {
    const clientOrigins = ['https://a.example.com']
    const config = readOptions({ publicUrl, clientOrigins }, '')
    clientOrigins.push('https://evil.example')
    t.same(config.clientOrigins, ['https://a.example.com'])
    t.throws(() => config.clientOrigins.push('https://evil.example'), TypeError)
  })

  const rows: Array<[object, string]> = [
    [{ publicUrl: undefined }, 'publicUrl is required: set it to the origin under which clients reach the app'],
    [{ publicUrl: 'app' }, "publicUrl='app' is not valid: it must be an origin such as https://auth.example.com"],
    [{ clientOrigins: 'https://a.example.com' }, "clientOrigins='https://a.example.com' is not valid: it must be origins such as https://app.example.com"],
    [{ accessTokenSeconds: '15m' }, "accessTokenSeconds='15m' is not valid: it must be a number of seconds from 1 to 86400"],
    [{ hashThreads: 0 }, 'hashThreads=0 is not valid: it must be a whole number from 1 to 64'],
    [{ rateLimits: 'off' }, "rateLimits='off' is not valid: it must be true or false"],
    [{ dataDir: 7 }, 'dataDir=7 is not valid: it must be a string'],
    [{ databaseUrl: 'hunter2' }, 'databaseUrl must be of the form postgres://user:password@host:5432/database, with each / ? # and % in a password written as %2F %3F %23 and %25'],
    [{ databaseURL: 'postgres://h' }, 'databaseURL is no option'],
    [{ trustProxy: ['10.0.0.0/8'] }, 'trustProxy is an option of fastify() itself: set it there'],
    [{ cookieSameSite: 'none' }, 'cookieSameSite=none needs cookieSecure=true: browsers drop such a cookie otherwise'],
    [{ accessTokenSeconds: 7200, refreshTokenSeconds: 3600 }, 'accessTokenSeconds is longer than refreshTokenSeconds: make it shorter'],
    [{ production: true }, 'databaseUrl is required in production: set it to a Postgres such as postgres://user:password@host/gatehouse']
  ]
  for (const [options, fault] of rows) {
    t.test(`that are wrong are refused: ${fault}`, async (t) => t.same(faultsOf(options), [fault]))
  }

  for (const path of ['id', '/id/', '/:tenant', '/a b', '/id;x', '//id']) {
    t.test(`a prefix that no cookie's path can be: ${path}`, async (t) => t.match(faultsOf({}, path), [/^prefix=.* is not valid/]))
  }

  t.test('are refused all at once', async (t) => {
    t.equal(faultsOf({ publicUrl: undefined, port: 1, what: 1, hashQueue: -1, cookieSameSite: 'none' }).length, 4)
  })
})
