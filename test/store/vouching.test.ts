import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import type { FastifyInstance } from 'fastify'
import { seal, unseal } from '../../src/lib/sealed.js'
import { changesChannel, questionsChannel } from '../../src/store/changes.js'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { leftOut, servicesFor } from '../helpers/services.js'
import { logOut, signedIn, somewhere } from '../helpers/sessions.js'

const inTime = { within: 8000 }

/** Somebody who asks the nodes to vouch, and hears what they tell. */
async function asker (t: Test, url: string) {
  const [commands, subscription] = [new Redis(url), new Redis(url)]
  for (const redis of [commands, subscription]) redis.on('error', () => {})
  t.teardown(() => {
    commands.disconnect()
    subscription.disconnect()
  })
  const heard: string[] = []
  subscription.on('message', (_channel, message) => heard.push(unseal(message) ?? 'not sealed'))
  await subscription.subscribe(changesChannel(commands))
  const name = randomUUID()

  /** Asks until somebody vouches; gives what was heard from the first question to the answer. */
  async function vouched (): Promise<string[]> {
    heard.length = 0
    const isAnswer = (message: string) => message.startsWith('vouched ') && message.includes(name)
    await eventually(async () => {
      await commands.publish(questionsChannel(commands), seal(`${name}@${performance.now()}`))
      return heard.some(isAnswer)
    }, Boolean, { ...inTime, every: 50 })
    return [...heard]
  }
  const held = async (kind: 'session' | 'user', id: string) => await commands.get(`gatehouse:${kind}:${id}`)
  return { commands, heard, vouched, held }
}

const endInPostgres = async (app: FastifyInstance, id: string) =>
  await app.sql`update sessions set ended_at = now(), ended_because = 'revoked', version = version + 1 where id = ${id}`

t.test('Vouching for Redis', { skip: leftOut }, async (t) => {
  const { postgres, redis } = await servicesFor(t)
  const stores = { settings: { DATABASE_URL: postgres.url, REDIS_URL: redis.url } }
  const app = await startApp(t, stores)
  await eventually(() => app.copies.trust.shared, Boolean, inTime)

  t.test('names the access keys that the node accepts, and answers the question', async (t) => {
    const { vouched } = await asker(t, redis.url)
    const answer = (await vouched()).find((message) => message.startsWith('vouched')) ?? ''
    t.equal(answer.split(' ')[2], app.keys.jwks().keys.map(({ kid }) => kid).join())
  })

  t.test('comes after word of what ended in Postgres alone, which then stands in Redis too', async (t) => {
    const { vouched, held } = await asker(t, redis.url)
    const device = await signedIn(app)
    await vouched()
    await endInPostgres(app, device.sessionId)
    const heard = await vouched()
    const told = heard.findIndex((message) => message === `ended ${device.sessionId}`)
    t.ok(told !== -1 && told < heard.findIndex((message) => message.startsWith('vouched')))
    t.match(await held('session', device.sessionId), /^\d+ ended /)
  })

  t.test('comes after word of a user who was changed in Postgres alone', async (t) => {
    const { vouched, held } = await asker(t, redis.url)
    const { id } = await signedIn(app)
    await vouched()
    await app.sql`update users set role = 'admin', version = version + 1, updated_at = now() where id = ${id}`
    t.ok((await vouched()).includes(`user ${id} 2`))
    t.match(await held('user', id), /"role":"admin"/)
  })

  t.test('comes after word of a user who is gone', async (t) => {
    const { vouched, held } = await asker(t, redis.url)
    const { id } = await signedIn(app)
    await vouched()
    await app.users.remove(id, somewhere)
    t.ok((await vouched()).some((message) => message.startsWith(`user ${id} `)))
    t.match(await held('user', id), /^\d+ ended /)
  })

  t.test('says nothing twice that somebody has told', async (t) => {
    const { vouched, heard } = await asker(t, redis.url)
    const device = await signedIn(app)
    await vouched()
    heard.length = 0
    await logOut(app, device.refresh)
    await vouched()
    const twice = [...await vouched(), ...await vouched()]
    t.same(twice.filter((message) => message.includes(device.sessionId)), [])
  })

  t.test('tells of the end of all sessions', async (t) => {
    const { vouched } = await asker(t, redis.url)
    const micros = await app.sessionsRecord.endEveryone(somewhere)
    t.ok((await vouched()).some((message) => message.startsWith(`vouched ${micros} `)))
  })

  t.test('puts right what a Redis brings back, before it is vouched for', async (t) => {
    const device = await signedIn(app)
    const first = await asker(t, redis.url)
    await first.vouched()
    const live = await first.held('session', device.sessionId)
    await logOut(app, device.refresh)
    await first.vouched()

    await redis.stop()
    await redis.start()
    const again = await asker(t, redis.url)
    await again.commands.set(`gatehouse:session:${device.sessionId}`, live ?? '')
    await again.vouched()
    t.match(await again.held('session', device.sessionId), /^\d+ ended /)
  })

  t.test('is not done without Postgres, nor while Redis takes no writes', async (t) => {
    const { commands, heard, vouched } = await asker(t, redis.url)
    const silent = async () => {
      heard.length = 0
      const name = randomUUID()
      for (let times = 0; times < 12; times++) {
        await commands.publish(questionsChannel(commands), seal(`${name}@1`))
        await new Promise((resolve) => setTimeout(resolve, 200))
      }
      return !heard.some((message) => message.includes(name))
    }
    const device = await signedIn(app)
    await vouched()
    await commands.config('SET', 'min-replicas-to-write', '1')
    await endInPostgres(app, device.sessionId)
    t.ok(await silent(), 'Redis takes no writes')
    await commands.config('SET', 'min-replicas-to-write', '0')
    await vouched()

    await postgres.stop()
    t.ok(await silent(), 'Postgres is away')
    await postgres.start()
    await vouched()
  })
})
