import t, { type Test } from 'tap'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { answersAlone, countIntrospections, optionsFor, startServer, startService, statusAt } from '../helpers/guarded.js'
import { askRedis, privateCluster, privateSentinels, sentinelLeftOut } from '../helpers/redis-forms.js'
import { leftOut, privatePostgres, privateRedis } from '../helpers/services.js'
import { logOut, signedIn, somewhere } from '../helpers/sessions.js'

/** A service beside a server, both on this Redis, that answers by itself. */
async function startBeside (t: Test, postgresUrl: string, redisUrl: string) {
  const at = await startServer(t, { settings: { DATABASE_URL: postgresUrl, REDIS_URL: redisUrl } })
  const service = await startService(t, optionsFor(at))
  const counted = countIntrospections(at.server)
  const known = async () => {
    const device = await signedIn(at.server)
    await answersAlone(service, counted, device.access)
    return device
  }
  return { ...at, service, counted, known }
}

type Beside = Awaited<ReturnType<typeof startBeside>>

/** What ended is refused without a question to the server: it was heard of through Redis. */
async function hearsOfEndings (t: Test, { server, service, counted, known }: Beside) {
  const device = await known()
  const asked = counted.times
  await logOut(server, device.refresh)
  await eventually(() => statusAt(service, device.access), (status) => status === 401, { within: 1000, every: 1 })
  t.equal(await statusAt(service, device.access), 401)
  t.equal(counted.times, asked)
}

t.test('a service with the guard', async (t) => {
  t.test('on a Redis behind Sentinel', { skip: sentinelLeftOut }, async (t) => {
    const [postgres, redis] = await Promise.all([privatePostgres(t), privateSentinels(t)])
    const beside = await startBeside(t, postgres.url, redis.url)

    await t.test('answers by itself, and hears what ends', async (t) => await hearsOfEndings(t, beside))

    await t.test('signs nobody out when the master fails, brings nothing back, and answers by itself with the next', async (t) => {
      const [device, gone] = [await beside.known(), await beside.known()]
      await logOut(beside.server, gone.refresh)
      await redis.master.kill()
      // Sentinel cuts off whoever is connected to what it promotes.
      const promoted = async () => await askRedis(redis.replica, (client) => client.info('replication')).catch(() => '')
      await eventually(async () => {
        t.equal(await statusAt(beside.service, device.access), 200)
        t.equal(await statusAt(beside.service, gone.access), 401)
        return (await promoted()).includes('role:master')
      }, Boolean, { within: 15_000, every: 20 })
      await answersAlone(beside.service, beside.counted, device.access)
      t.equal(await statusAt(beside.service, gone.access), 401)
      await hearsOfEndings(t, beside)
    })
  })

  t.test('on a Redis Cluster answers by itself, and hears what ends', { skip: leftOut }, async (t) => {
    const [postgres, redis] = await Promise.all([privatePostgres(t), privateCluster(t)])
    await hearsOfEndings(t, await startBeside(t, postgres.url, redis.url))
  })

  t.test('on another database of a Redis that others use answers by itself, and hears its own server alone', { skip: leftOut }, async (t) => {
    const [postgres, other, redis] = await Promise.all([privatePostgres(t), privatePostgres(t), privateRedis(t)])
    const ours = await startBeside(t, postgres.url, `${redis.url}/5`)
    const theirs = await startApp(t, { settings: { DATABASE_URL: other.url, REDIS_URL: redis.url } })
    const device = await ours.known()
    await theirs.sessions.endEveryone(somewhere)
    await hearsOfEndings(t, ours)
    t.equal(await statusAt(ours.service, device.access), 200, 'what they told came first, and was not heard')
  })
})
