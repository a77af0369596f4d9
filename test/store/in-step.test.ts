import t, { type Test } from 'tap'
import { connectRedis } from '../../src/store/redis.js'
import { eventually } from '../helpers/eventually.js'
import { startMeddler } from '../helpers/meddler.js'
import { leftOut, privateRedis, type PrivateRedis } from '../helpers/services.js'

const soon = { within: 8000 }

async function open (t: Test, server: PrivateRedis) {
  const meddler = await startMeddler(t, server)
  const redis = connectRedis(meddler.url)
  const failures: string[] = []
  redis.on('error', (error: Error) => failures.push(error.message))
  t.teardown(() => redis.disconnect())
  let times = 0
  redis.on('ready', () => times++)
  await eventually(() => times === 1)
  const isGoodAgain = async () => {
    await eventually(() => times === 2, Boolean, soon)
    await eventually(async () => await redis.echo('a') === 'a')
  }
  return { redis, failures, meddler, isGoodAgain }
}

t.test('a connection to Redis is made anew', { skip: leftOut }, async (t) => {
  const server = await privateRedis(t)

  t.test('when an answer of it was lost, and each command gets the next one\'s', async (t) => {
    const { meddler, isGoodAgain } = await open(t, server)
    meddler.once(() => '')
    await isGoodAgain()
  })

  t.test('when an answer of it was lost, and others ask it all the time', async (t) => {
    const { redis, meddler, isGoodAgain } = await open(t, server)
    meddler.once(() => '')
    const asking = setInterval(() => { redis.get('a').catch(() => {}) }, 20)
    t.teardown(() => clearInterval(asking))
    await isGoodAgain()
  })

  t.test('when it waits for the rest of an answer that has none, though more arrives all the time', async (t) => {
    const { meddler, isGoodAgain } = await open(t, server)
    meddler.once(() => '$100000000\r\n')
    await isGoodAgain()
  })

  t.test('when it answers what nobody asked', async (t) => {
    const { failures, meddler, isGoodAgain } = await open(t, server)
    meddler.once((answer) => `+OK\r\n+OK\r\n${answer}`)
    await isGoodAgain()
    t.match(failures, [/queue state/])
  })

  t.test('when a length in its answer is none', async (t) => {
    const { failures, meddler, isGoodAgain } = await open(t, server)
    meddler.once(() => '_\r\n$\'\r\n')
    await isGoodAgain()
    t.match(failures.join(), /no RESP/)
  })
})
