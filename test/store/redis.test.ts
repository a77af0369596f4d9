import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { connectRedis, connectSubscription } from '../../src/store/redis.js'
import { eventually } from '../helpers/eventually.js'
import { askRedis, privateCluster } from '../helpers/redis-forms.js'
import { folderOf, leftOut, privateFolder, privateRedis } from '../helpers/services.js'

const run = promisify(execFile)

function open (t: Test, url: string) {
  const redis = connectRedis(url)
  const failures: string[] = []
  redis.on('error', (error: Error) => failures.push(error.message))
  t.teardown(() => redis.disconnect())
  return { redis, failures, answers: () => redis.get('a').then(() => true, () => false) }
}

t.test('an account in the address', { skip: leftOut }, async (t) => {
  const locked = await privateRedis(t, { args: ['--requirepass', 'pass:word'] })
  await askRedis({ url: locked.url.replace('//', '//:pass%3Aword@') }, (redis) => redis.acl('SETUSER', 'ada', 'on', '>secret', '~*', '&*', '+@all'))

  for (const account of [':pass:word', 'ada:secret']) {
    const url = locked.url.replace('//', `//${account}@`)
    await t.resolves(eventually(open(t, url).answers), `${account} for commands`)
    const subscription = connectSubscription(url, 0)
    t.teardown(() => subscription.disconnect())
    await once(subscription, 'ready')
    t.equal(await subscription.subscribe('news'), 1)
  }

  const stranger = open(t, locked.url.replace('//', '//ada:wrong@'))
  await eventually(() => stranger.failures.length > 0)
  t.match(stranger.failures[0], /WRONGPASS/)
  t.notOk(await stranger.answers())
})

t.test('an address that asks for TLS', { skip: leftOut || (folderOf('openssl') === undefined && 'no openssl here') }, async (t) => {
  const folder = await privateFolder()
  t.teardown(() => rm(folder, { recursive: true }))
  const [key, certificate] = ['key.pem', 'certificate.pem'].map((file) => join(folder, file)) as [string, string]
  await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=a test', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate])
  const server = await privateRedis(t, {
    args: (port) => ['--port', '0', '--tls-port', String(port), '--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', certificate, '--tls-auth-clients', 'no']
  })
  const url = server.url.replace('redis:', 'rediss:')

  t.test('takes no certificate that nobody vouches for', async (t) => {
    const { failures, answers } = open(t, url)
    await eventually(() => failures.length > 0)
    t.match(failures[0], /self.signed/)
    t.notOk(await answers())
  })

  t.test('takes one that NODE_EXTRA_CA_CERTS vouches for', async (t) => {
    const story = `
      import { connectRedis } from '${new URL('../../src/store/redis.ts', import.meta.url).href}'
      const redis = connectRedis('${url}')
      redis.once('ready', async () => { console.log(await redis.ping()); redis.disconnect() })
    `
    const { stdout } = await run(process.execPath, [...process.execArgv, '--input-type=module', '--eval', story], { env: { ...process.env, NODE_EXTRA_CA_CERTS: certificate } })
    t.equal(stdout.trim(), 'PONG')
  })
})

t.test('whoever asks a Redis that comes and goes is answered soon, one way or the other', { skip: leftOut }, async (t) => {
  const [single, cluster] = await Promise.all([privateRedis(t), privateCluster(t)])

  for (const [form, url, servers] of [['one server', single.url, [single]], ['a cluster', cluster.url, cluster.masters]] as const) {
    t.test(form, async (t) => {
      const { redis, answers } = open(t, url)
      await eventually(answers)
      const waits: number[] = []
      const ask = async (key: number) => {
        const begun = performance.now()
        await redis.set(`key ${key}`, 'value').catch(() => {})
        await redis.publish('news', 'word').catch(() => {})
        waits.push(performance.now() - begun)
      }
      const load = setInterval(() => { for (let key = 0; key < 20; key++) void ask(key) }, 5)
      t.teardown(() => clearInterval(load))

      for (const server of servers) {
        await server.kill()
        await eventually(answers, (answered) => !answered, { within: 5000 }).catch(() => {})
        await server.start()
      }
      await eventually(answers, Boolean, { within: 10_000 })
      clearInterval(load)
      t.ok(Math.max(...waits) < 1000, `the longest wait was ${Math.round(Math.max(...waits))} ms`)
    })
  }
})

t.test('a connection that has gone silent is made anew', { skip: leftOut }, async (t) => {
  const server = await privateRedis(t)
  const clients: Socket[] = []
  const between = createServer((client) => {
    const upstream = connect(Number(new URL(server.url).port), '127.0.0.1')
    clients.push(client)
    client.on('error', () => {}).on('close', () => upstream.destroy()).pipe(upstream).on('error', () => {}).pipe(client)
  }).listen(0, '127.0.0.1')
  t.teardown(() => {
    for (const client of clients) client.destroy()
    between.close()
  })
  await once(between, 'listening')

  const { answers } = open(t, `redis://127.0.0.1:${(between.address() as AddressInfo).port}`)
  await eventually(answers)
  for (const client of clients) client.unpipe().pause()
  t.notOk(await answers())
  await t.resolves(eventually(answers, Boolean, { within: 2500 }))
})
