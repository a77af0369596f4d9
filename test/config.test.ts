import { availableParallelism } from 'node:os'
import t from 'tap'
import { ConfigError, readConfig, settingNames, type Environment } from '../src/config.js'

const faultsOf = (env: Environment): string[] => {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
}

const production = { NODE_ENV: 'production', DATABASE_URL: 'postgres://db/gatehouse', PUBLIC_URL: 'https://auth.example.com' }

t.test('settings that are not there', async (t) => {
  const defaults = {
    production: false,
    host: '127.0.0.1',
    port: 8000,
    publicUrl: 'http://localhost:8000',
    clientOrigins: ['http://localhost:3000'],
    databasePool: 10,
    dataDir: 'data',
    keysDir: 'keys',
    accessTokenSeconds: 15 * 60,
    refreshTokenSeconds: 7 * 86400,
    sessionMaxSeconds: 30 * 86400,
    refreshOverlapSeconds: 10,
    tokenAudience: 'http://localhost:8000',
    clockToleranceSeconds: 5,
    cookieSecure: false,
    cookieSameSite: 'lax',
    cookiePrefix: '',
    passwordMinLength: 8,
    argon2MemoryKib: 19456,
    argon2Passes: 2,
    hashThreads: Math.max(1, availableParallelism() - 1),
    hashQueue: 64,
    sessionsPerUser: 100,
    rateLimits: true,
    trustProxy: [],
    introspectionClients: [],
    logLevel: 'info'
  }

  t.test('have the defaults of the contract', async (t) => t.match(readConfig({}), defaults))

  t.test('are none where none is the default', async (t) => {
    for (const name of ['databaseUrl', 'redisUrl', 'accessTokenPrivateKey', 'refreshTokenPrivateKey', 'cookieDomain']) t.notOk(name in readConfig({}), name)
  })

  t.test('are as if they were not there when they are empty or blank', async (t) => {
    for (const nothing of ['', '  ', '\n']) t.same(readConfig(Object.fromEntries(settingNames.map((name) => [name, nothing]))), readConfig({}))
  })

  t.test('follow others: PUBLIC_URL the port, TOKEN_AUDIENCE the public URL', async (t) => {
    t.match(readConfig({ PORT: '9000' }), { publicUrl: 'http://localhost:9000', tokenAudience: 'http://localhost:9000' })
    t.match(readConfig({ PUBLIC_URL: 'https://a.example' }), { tokenAudience: 'https://a.example' })
    t.match(readConfig({ PUBLIC_URL: 'https://a.example', TOKEN_AUDIENCE: 'api' }), { tokenAudience: 'api' })
  })

  t.test('are stricter in production', async (t) => {
    t.match(readConfig(production), { production: true, host: '0.0.0.0', cookieSecure: true })
    t.match(readConfig({ ...production, HOST: '127.0.0.1', COOKIE_SECURE: 'false' }), { host: '127.0.0.1', cookieSecure: false })
  })
})

t.test('a setting is read', async (t) => {
  const rows: [Environment, object][] = [
    [{ PORT: '0' }, { port: 0 }],
    [{ PORT: ' 65535 ' }, { port: 65535 }],
    [{ PUBLIC_URL: 'https://Auth.Example.com:443' }, { publicUrl: 'https://auth.example.com' }],
    [{ CLIENT_ORIGINS: 'https://a.example, https://B.example:443 ,' }, { clientOrigins: ['https://a.example', 'https://b.example'] }],
    [{ DATABASE_URL: 'postgresql://u:p@h/d' }, { databaseUrl: 'postgresql://u:p@h/d' }],
    ...['redis', 'rediss', 'redis+sentinel', 'redis+cluster'].map((scheme): [Environment, object] => [{ REDIS_URL: `${scheme}://h:1` }, { redisUrl: `${scheme}://h:1` }]),
    [{ ACCESS_TOKEN_TTL: '90s', REFRESH_TOKEN_TTL: '12h', SESSION_MAX_TTL: '1d' }, { accessTokenSeconds: 90, refreshTokenSeconds: 43_200, sessionMaxSeconds: 86_400 }],
    [{ REFRESH_OVERLAP: '500ms', CLOCK_TOLERANCE: '0s' }, { refreshOverlapSeconds: 0.5, clockToleranceSeconds: 0 }],
    [{ COOKIE_SAME_SITE: 'Strict', LOG_LEVEL: 'DEBUG' }, { cookieSameSite: 'strict', logLevel: 'debug' }],
    [{ COOKIE_SECURE: 'true', COOKIE_DOMAIN: '.example.com' }, { cookieSecure: true, cookieDomain: '.example.com' }],
    [{ RATE_LIMITS: 'off' }, { rateLimits: false }],
    [{ TRUST_PROXY: '10.0.0.0/8, ::1, loopback' }, { trustProxy: ['10.0.0.0/8', '::1', 'loopback'] }],
    [{ INTROSPECTION_CLIENTS: 'orders:secret, billing:a:b/c=' }, { introspectionClients: ['orders:secret', 'billing:a:b/c='] }],
    [{ PORT: '0', METRICS_PORT: '0' }, { metricsPort: 0 }],
    [{ OTEL_TRACES_EXPORTER: 'OTLP', OTEL_SDK_DISABLED: 'true' }, { otelTracesExporter: 'otlp', otelSdkDisabled: true, otelServiceName: 'gatehouse' }],
    [{ NODE_ENV: 'test' }, { production: false }],
    [{ COOKIE_PREFIX: '__Secure-' }, { cookieSecure: true }],
    [{ COOKIE_PREFIX: '__Host-' }, { cookieSecure: true }],
    [{ COOKIE_PREFIX: '__secure-' }, { cookieSecure: true }]
  ]
  for (const [env, expected] of rows) {
    t.test(JSON.stringify(env), async (t) => t.match(readConfig(env), expected))
  }
})

const encoded = ', with each / ? # and % in a password written as %2F %3F %23 and %25'
const databaseUrlFault = `DATABASE_URL must be of the form postgres://user:password@host:5432/database${encoded}`

t.test('a wrong setting is named, with what it must be', async (t) => {
  const rows: [Environment, string][] = [
    [{ PORT: '65536' }, 'PORT=65536 is not valid: it must be a whole number from 0 to 65535'],
    ...['-1', '80a', '8e3', '0x50', '1.5'].map((port): [Environment, string] => [{ PORT: port }, `PORT=${port} is not valid: it must be a whole number from 0 to 65535`]),
    ...['auth.example.com', 'ftp://a.example', 'https://a.example/', 'https://a.example/path', 'https://u@a.example', 'http://[', 'http://a:99999', 'https://a b'].map((url): [Environment, string] =>
      [{ PUBLIC_URL: url }, `PUBLIC_URL=${url} is not valid: it must be an origin such as https://auth.example.com`]),
    ...['*', 'null', 'https://a.example,b', 'http://a:99999'].map((url): [Environment, string] =>
      [{ CLIENT_ORIGINS: url }, `CLIENT_ORIGINS=${url} is not valid: it must be origins such as https://app.example.com, separated by commas`]),
    ...['mysql://u:hunter2@h', 'postgres:h', 'postgres://u:50%zz@h/db', 'postgres://u:hunter/2@h/db', 'postgres://h:99999/db', 'postgres://a,b:x/db', 'postgres://h/50%zz'].map((url): [Environment, string] =>
      [{ DATABASE_URL: url }, databaseUrlFault]),
    [{ DATABASE_POOL: '0' }, 'DATABASE_POOL=0 is not valid: it must be a whole number from 1 to 1000'],
    ...['http://:hunter2@h', 'redis://:50%zz@h', 'redis://h:99999', 'redis://h/x', 'redis://a,b', 'redis+cluster://a,b:x'].map((url): [Environment, string] =>
      [{ REDIS_URL: url }, `REDIS_URL must be of the form redis://:password@host:6379, redis+sentinel://host,host/master or redis+cluster://host,host${encoded}`]),
    ...['mail.example.com:25', 'smtp://', 'smtp://u:50%zz@h', 'smtp://h:99999', 'http://h'].map((url): [Environment, string] =>
      [{ SMTP_URL: url }, `SMTP_URL must be of the form smtp://user:password@host:587 or smtps://…${encoded}`]),
    [{ REDIS_URL: 'redis+cluster://:hunter2@a,b/1' }, 'REDIS_URL names a database by number, and a Redis Cluster has one only: remove the number at its end'],
    [{ ACCESS_TOKEN_TTL: '15' }, 'ACCESS_TOKEN_TTL=15 is not valid: it must be a duration such as 90s, 15m or 7d, from 1 to 86400 seconds'],
    [{ ACCESS_TOKEN_TTL: '500ms' }, 'ACCESS_TOKEN_TTL=500ms is not valid: it must be a duration such as 90s, 15m or 7d, from 1 to 86400 seconds'],
    [{ REFRESH_TOKEN_TTL: '366d' }, 'REFRESH_TOKEN_TTL=366d is not valid: it must be a duration such as 90s, 15m or 7d, from 1 to 31536000 seconds'],
    [{ SESSION_MAX_TTL: '0s' }, 'SESSION_MAX_TTL=0s is not valid: it must be a duration such as 90s, 15m or 7d, from 1 to 315360000 seconds'],
    [{ REFRESH_OVERLAP: '1h' }, 'REFRESH_OVERLAP=1h is not valid: it must be a duration such as 90s, 15m or 7d, from 0 to 300 seconds'],
    [{ CLOCK_TOLERANCE: '-5s' }, 'CLOCK_TOLERANCE=-5s is not valid: it must be a duration such as 90s, 15m or 7d, from 0 to 300 seconds'],
    [{ COOKIE_SECURE: 'maybe' }, 'COOKIE_SECURE=maybe is not valid: it must be true or false'],
    [{ COOKIE_DOMAIN: 'a;b' }, 'COOKIE_DOMAIN=a;b is not valid: it must be a host name such as example.com'],
    [{ COOKIE_SAME_SITE: 'loose' }, 'COOKIE_SAME_SITE=loose is not valid: it must be lax, strict or none'],
    [{ COOKIE_PREFIX: 'a=b' }, 'COOKIE_PREFIX=a=b is not valid: it may hold letters, digits, _ and -'],
    [{ PASSWORD_MIN_LENGTH: '7' }, 'PASSWORD_MIN_LENGTH=7 is not valid: it must be a whole number from 8 to 128'],
    [{ ARGON2_MEMORY_KIB: '1024' }, 'ARGON2_MEMORY_KIB=1024 is not valid: it must be a whole number from 8192 to 1048576'],
    [{ ARGON2_MEMORY_KIB: '1048576', ARGON2_PASSES: '5' }, 'ARGON2_MEMORY_KIB times ARGON2_PASSES is more than 4194304: a hash would hold a thread for seconds'],
    [{ ARGON2_PASSES: '0' }, 'ARGON2_PASSES=0 is not valid: it must be a whole number from 1 to 10'],
    [{ HASH_THREADS: '0' }, 'HASH_THREADS=0 is not valid: it must be a whole number from 1 to 64'],
    [{ HASH_QUEUE: 'long' }, 'HASH_QUEUE=long is not valid: it must be a whole number from 0 to 100000'],
    [{ SESSIONS_PER_USER: '0' }, 'SESSIONS_PER_USER=0 is not valid: it must be a whole number from 1 to 100000'],
    [{ RATE_LIMITS: 'never' }, 'RATE_LIMITS=never is not valid: it must be on or off'],
    ...['1', 'true', '*', '10.0.0.0/33', 'proxy.example.com'].map((proxy): [Environment, string] =>
      [{ TRUST_PROXY: proxy }, `TRUST_PROXY=${proxy} is not valid: it must be addresses or networks such as 10.0.0.0/8, separated by commas`]),
    ...['orders', 'orders:', ':secret', 'orders:secret,billing', 'orders:a secret'].map((clients): [Environment, string] =>
      [{ INTROSPECTION_CLIENTS: clients }, 'INTROSPECTION_CLIENTS must be pairs such as id:secret of letters, digits and signs, separated by commas']),
    [{ METRICS_PORT: '65536' }, 'METRICS_PORT=65536 is not valid: it must be a whole number from 0 to 65535'],
    ...[{ METRICS_PORT: '8000' }, { PORT: '9464', METRICS_PORT: '9464' }].map((env): [Environment, string] => [env, 'METRICS_PORT and PORT are the same: choose another METRICS_PORT']),
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, 'OTEL_EXPORTER_OTLP_ENDPOINT=collector:4318 is not valid: it must be a URL such as http://localhost:4318'],
    [{ OTEL_TRACES_EXPORTER: 'zipkin' }, 'OTEL_TRACES_EXPORTER=zipkin is not valid: it must be otlp or none'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL=loud is not valid: it must be fatal, error, warn, info, debug, trace or silent'],
    [{ COOKIE_SAME_SITE: 'none' }, 'COOKIE_SAME_SITE=none needs COOKIE_SECURE=true: browsers drop such a cookie otherwise'],
    ...['__Host-', '__host-', '__HOST-my-'].map((prefix): [Environment, string] =>
      [{ COOKIE_PREFIX: prefix, COOKIE_DOMAIN: 'example.com' }, 'COOKIE_PREFIX=__Host- allows no domain: remove COOKIE_DOMAIN']),
    [{ COOKIE_PREFIX: '__Secure-', COOKIE_SECURE: 'false' }, 'COOKIE_PREFIX beginning with __ needs a secure cookie: remove COOKIE_SECURE=false'],
    [{ ACCESS_TOKEN_TTL: '2h', REFRESH_TOKEN_TTL: '1h' }, 'ACCESS_TOKEN_TTL is longer than REFRESH_TOKEN_TTL: make it shorter'],
    [{ SESSION_MAX_TTL: '1d' }, 'REFRESH_TOKEN_TTL is longer than SESSION_MAX_TTL: make it shorter'],
    ...['ACCESS', 'REFRESH'].map((purpose): [Environment, string] =>
      [{ [`${purpose}_TOKEN_PRIVATE_KEY`]: 'aHVudGVyMg' }, 'ACCESS_TOKEN_PRIVATE_KEY and REFRESH_TOKEN_PRIVATE_KEY go together: set both or none']),
    [{ ...production, DATABASE_URL: '' }, 'DATABASE_URL is required in production: set it to a Postgres such as postgres://user:password@host/gatehouse'],
    [{ ...production, DATABASE_URL: 'mysql://h' }, databaseUrlFault],
    [{ ...production, PUBLIC_URL: '' }, 'PUBLIC_URL is required in production and must be an https origin'],
    [{ ...production, PUBLIC_URL: 'http://auth.example.com' }, 'PUBLIC_URL is required in production and must be an https origin'],
    [{ ...production, INTROSPECTION_CLIENTS: `a:${'x'.repeat(16)},b:${'x'.repeat(15)}` }, 'INTROSPECTION_CLIENTS has a secret of fewer than 16 characters: make one with openssl rand -hex 32'],
    [{ ...production, PUBLIC_URL: 'auth' }, 'PUBLIC_URL=auth is not valid: it must be an origin such as https://auth.example.com']
  ]
  for (const [env, fault] of rows) {
    t.test(JSON.stringify(env), async (t) => t.same(faultsOf(env), [fault]))
  }

  t.test('and every form of an address that its client takes is taken', async (t) => {
    for (const env of [
      { DATABASE_URL: 'postgresql://u:p%2Fw@h:5432/db?sslmode=require' }, { DATABASE_URL: 'postgres://u:p%40ss@a:5432,b:5433/db' }, { DATABASE_URL: 'postgres://u:p@ss@h/db' },
      { DATABASE_URL: 'postgres:///db?host=/run/postgresql' }, { DATABASE_URL: 'postgres://u@[::1]:5432/db' },
      { REDIS_URL: 'rediss://ada:pass:word@h:1/2' }, { REDIS_URL: 'redis+sentinel://:s@a:1,[::1]:2/m/3?sentinel_password=x' }, { REDIS_URL: 'rediss+cluster://a:1,b' },
      { SMTP_URL: 'smtp://localhost' }, { SMTP_URL: 'smtps://u%40example.com:p@mail.example.com:465' }
    ] as Environment[]) t.same(faultsOf(env), [], JSON.stringify(env))
  })

  t.test('together with every other one, in one line', async (t) => {
    const env = { PORT: 'x', LOG_LEVEL: 'loud', HASH_QUEUE: '1\n2', COOKIE_SAME_SITE: 'none' }
    t.same(faultsOf(env).map((fault) => /^[A-Z_0-9]+/.exec(fault)?.[0]).sort(), Object.keys(env).sort())
    t.throws(() => readConfig(env), { message: /^Wrong settings: [^\n]*PORT=x[^\n]*$/ })
  })

  t.test('without a secret being said again', async (t) => {
    const env = { DATABASE_URL: 'hunter2', REDIS_URL: 'hunter2', ACCESS_TOKEN_PRIVATE_KEY: 'hunter2' }
    t.equal(faultsOf(env).length, 3)
    t.notMatch(faultsOf(env).join(), /hunter2/)
  })
})

t.test('settings cannot be changed once they are read', async (t) => {
  const config = readConfig({ TRUST_PROXY: '::1' })
  t.throws(() => Object.assign(config, { port: 1 }), TypeError)
  t.throws(() => config.clientOrigins.push('https://evil.example'), TypeError)
  t.throws(() => config.trustProxy.push('0.0.0.0/0'), TypeError)
  t.same(readConfig({}).trustProxy, [])
})
