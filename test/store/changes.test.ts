import t, { type Test } from 'tap'
import { changeMessage, changesChannel, subscribeToChanges } from '../../src/store/changes.js'
import { connectRedis } from '../../src/store/redis.js'
import { createTrust } from '../../src/store/layers/trust.js'
import { seal } from '../../src/lib/sealed.js'
import { eventually } from '../helpers/eventually.js'
import { startMeddler } from '../helpers/meddler.js'
import { leftOut, privateRedis, type PrivateRedis } from '../helpers/services.js'

const inTime = { within: 8000 }

/** A node that listens, and what it has heard. */
async function listen (t: Test, { url }: Pick<PrivateRedis, 'url'>, subscribedAt = url) {
  const redis = connectRedis(url)
  redis.on('error', () => {})
  await eventually(() => redis.status === 'ready')

  const heard: unknown[][] = []
  const note = (kind: string) => (...words: unknown[]) => { heard.push([kind, ...words]) }
  const trust = createTrust({ shared: true })
  const listener = { session: note('session'), ended: note('ended'), user: note('user'), everyone: note('everyone'), gap: note('gap') }
  const changes = subscribeToChanges({ url: subscribedAt, redis, trust, listener, log: { warn () {} } })
  t.teardown(() => {
    changes.close()
    redis.disconnect()
  })
  const gaps = () => heard.filter(([kind]) => kind === 'gap').length
  const trusted = () => trust.longest() > 0
  await eventually(trusted, Boolean, inTime)
  return { redis, heard, gaps, trusted, changes, tell: async (message: string) => { await redis.publish(changesChannel(redis), message) } }
}

t.test('what other nodes change', { skip: leftOut }, async (t) => {
  const server = await privateRedis(t)

  t.test('is heard as it was told, in its order', async (t) => {
    const { heard, tell } = await listen(t, server)
    heard.length = 0
    for (const message of [
      changeMessage.session('a', 2), changeMessage.ended(['a', 'b']), changeMessage.ended(['c', 'd'], 1_700_000_000_000.4), changeMessage.user('u', 3), changeMessage.everyone(1_700_000_000_000_001), seal('of a later version')
    ]) await tell(message)
    await eventually(() => heard.length >= 5)
    t.same(heard, [['session', 'a', 2], ['ended', ['a', 'b']], ['ended', ['c', 'd'], 1_700_000_000_000], ['user', 'u', 3], ['everyone', 1_700_000_000_000_001]])
  })

  t.test('may have been anything, where it arrives otherwise than it was told: that is a gap', async (t) => {
    const { heard, tell } = await listen(t, server)
    heard.length = 0
    await tell(changeMessage.ended(['a']).replace('a', 'b'))
    await tell(changeMessage.ended(['c']))
    await eventually(() => heard.length >= 2)
    t.same(heard, [['gap'], ['ended', ['c']]])
  })

  t.test('is heard in the same database of that Redis, and in no other', async (t) => {
    const [one, same, stranger] = [await listen(t, { url: `${server.url}/3` }), await listen(t, { url: `${server.url}/3` }), await listen(t, server)]
    for (const { heard } of [one, same, stranger]) heard.length = 0
    await one.tell(changeMessage.everyone(1))
    // Redis passes on in its order: whoever has heard the second would have heard the first.
    await stranger.tell(changeMessage.everyone(2))
    await eventually(() => same.heard.length > 0 && stranger.heard.length > 0)
    t.same(same.heard, [['everyone', 1]])
    t.same(stranger.heard, [['everyone', 2]])
  })

  t.test('may have been missed before the subscription stood: that is a gap', async (t) => {
    const { heard } = await listen(t, server)
    t.same(heard, [['gap']])
  })

  t.test('is believed by this node\'s own heartbeat, not by that of another', async (t) => {
    const [one, other] = [await listen(t, server), await listen(t, server)]
    one.redis.disconnect()
    await eventually(() => !one.trusted(), Boolean, inTime)
    t.ok(other.trusted())
  })

  t.test('is heard again after the subscription broke, which is believed at no time in between', async (t) => {
    const { heard, gaps, trusted, tell } = await listen(t, server)
    await server.kill()
    await eventually(() => gaps() === 2)
    t.notOk(trusted(), 'at once')

    await server.start()
    await eventually(trusted, Boolean, inTime)
    t.equal(gaps(), 3, 'once more when it stands: what was read meanwhile may be old')
    await eventually(async () => { await tell(changeMessage.ended(['z'])).catch(() => {}); return heard.some(([kind]) => kind === 'ended') })
  })

  t.test('is not believed while Redis is silent, and heard by a new subscription when it speaks again', async (t) => {
    const { gaps, trusted } = await listen(t, server)
    server.freeze()
    await eventually(() => !trusted(), Boolean, inTime)
    await eventually(() => gaps() >= 2, Boolean, inTime)
    server.thaw()
    await eventually(trusted, Boolean, inTime)
    t.ok(gaps() >= 3)
  })

  t.test('is heard by a new subscription as soon as one heartbeat that Redis passed on has not arrived', async (t) => {
    const meddler = await startMeddler(t, server)
    const { gaps, trusted } = await listen(t, server, meddler.url)
    let swallowed = 0
    meddler.always(() => {
      swallowed++
      return ''
    })
    await eventually(() => gaps() === 2, Boolean, inTime)
    t.ok(swallowed <= 3, `${swallowed} were missed; before silence alone is noticed, more are`)
    meddler.always((answer) => answer)
    await eventually(trusted, Boolean, inTime)
  })

  t.test('is not believed to be heard by a subscription to something else', async (t) => {
    const meddler = await startMeddler(t, server)
    let subscriptions = 0
    meddler.withQuestions((question) => {
      const text = question.toString('latin1')
      return text.includes('subscribe') && ++subscriptions === 1 ? text.replace('changes', 'chanfes') : question
    })
    const { heard, tell } = await listen(t, server, meddler.url)
    t.equal(subscriptions, 2, 'whoever is believed has subscribed anew')
    await tell(changeMessage.ended(['z']))
    await eventually(() => heard.some(([kind]) => kind === 'ended'))
  })

  t.test('cut short to less than a message is survived', async (t) => {
    const meddler = await startMeddler(t, server)
    const { gaps, trusted } = await listen(t, server, meddler.url)
    meddler.once(() => '>1\r\n$7\r\nmessage\r\n')
    await eventually(() => gaps() === 2, Boolean, inTime)
    await eventually(trusted, Boolean, inTime)
  })

  t.test('subscribed to, where the answer is none, is subscribed to anew', async (t) => {
    const meddler = await startMeddler(t, server)
    let meddled = 0
    meddler.always((answer) => {
      const text = answer.toString('latin1')
      return text.includes('subscribe') && meddled++ === 0 ? text.replace('>', ':') : answer
    })
    await listen(t, server, meddler.url)
    t.equal(meddled, 2)
  })

  t.test('is heard no more once closed', async (t) => {
    const { heard, redis, changes } = await listen(t, server)
    changes.close()
    await eventually(async () => (await redis.pubsub('NUMSUB', changesChannel(redis)) as unknown[])[1] === 0)
    heard.length = 0
    await redis.publish(changesChannel(redis), changeMessage.user('u', 1))
    t.same(heard, [])
  })
})
