import t from 'tap'
import { readRedisUrl } from '../../src/lib/redis-url.js'

t.test('an address of Redis', async (t) => {
  const one = { form: 'single', hosts: [{ host: 'cache', port: 6379 }], account: {}, db: 0 }
  const three = [{ host: 'a', port: 1 }, { host: '::1', port: 2 }, { host: 'c', port: 26379 }]

  for (const [url, read] of [
    ['redis://cache', one],
    ['redis://cache/2', { ...one, db: 2 }],
    ['redis://:p%40ss@cache:7000', { ...one, hosts: [{ host: 'cache', port: 7000 }], account: { password: 'p@ss' } }],
    ['redis://ada:pass:word@cache', { ...one, account: { username: 'ada', password: 'pass:word' } }],
    ['redis://:p@ss@cache', { ...one, account: { password: 'p@ss' } }],
    ['rediss://cache', { ...one, account: { tls: {} } }],
    ['redis+sentinel://ada:secret@a:1,[::1]:2,c/sessions/3', { form: 'sentinel', hosts: three, account: { username: 'ada', password: 'secret' }, master: 'sessions', db: 3 }],
    ['redis+sentinel://:secret@a:1/sessions?sentinel_username=watch&sentinel_password=p%40ss%26', { account: { password: 'secret' }, sentinelAccount: { sentinelUsername: 'watch', sentinelPassword: 'p@ss&' }, master: 'sessions', db: 0 }],
    ['redis+sentinel://a:1', { form: 'sentinel', hosts: [{ host: 'a', port: 1 }], master: 'mymaster', db: 0 }],
    ['rediss+cluster://:secret@a:1,b', { form: 'cluster', hosts: [{ host: 'a', port: 1 }, { host: 'b', port: 6379 }], account: { password: 'secret', tls: {} } }]
  ] as const) t.match(readRedisUrl(url), read, url)

  for (const url of [
    'http://cache', 'redis://a,b', 'redis://cache:65536', 'redis://cache:port', 'redis://cache/sessions', 'redis://cache/-1', 'redis://cache/1/2',
    'redis://:50%zz@cache', 'redis://:pass/word@cache', 'redis://ca che', 'redis+sentinel://a:1,b:65536/sessions', 'redis+sentinel://a/sessions/x', 'redis+cluster://a,b:x'
  ]) t.throws(() => readRedisUrl(url), Error, url)
})
