import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { login, newAddress, open, times } from '../helpers/limits.js'
import { leftOut, servicesFor } from '../helpers/services.js'

const wrong = 'not her password'

t.test('guessing at one account over two nodes', { skip: leftOut }, async (t) => {
  const { postgres, redis } = await servicesFor(t)
  const stores = { settings: { DATABASE_URL: postgres.url, REDIS_URL: redis.url } }
  const nodes = [await startApp(t, stores, { RATE_LIMITS: 'on', HASH_QUEUE: '1000' }), await startApp(t, stores, { RATE_LIMITS: 'on', HASH_QUEUE: '1000' })] as const
  const [a, b] = nodes
  await eventually(() => nodes.every(({ redis }) => redis?.status === 'ready'))

  const node = (turn: number) => nodes[turn % 2] as FastifyInstance
  /** 500 wrong guesses at once, over both nodes: how many were judged, and how many may be, for each wait that is over lets one more through. */
  const guess500 = async (account: { email: string }, from: () => string, free: number) => {
    const begun = performance.now()
    const answers = await Promise.all(Array.from({ length: 500 }, async (_, turn) => await login(node(turn), account, wrong, from())))
    const mayBe = free + Math.floor(Math.log2(1 + (performance.now() - begun) / 1000))
    return { judged: answers.filter(({ statusCode }) => statusCode === 401).length, mayBe, statuses: statusesOf(answers) }
  }
  const statusesOf = (answers: { statusCode: number }[]) => [...new Set(answers.map(({ statusCode }) => statusCode))].sort()
  // Those that a node is too busy to count are not judged either.
  const refusals = [429, 503]

  await t.test('of 500 at once from one address 10 are judged', async (t) => {
    const [ada, from] = [await open(a), newAddress()]
    const { judged, mayBe, statuses } = await guess500(ada, () => from, 10)
    t.ok(judged > 0 && judged <= mayBe, `${judged} of ${mayBe}`)
    t.same(statuses.filter((status) => ![401, ...refusals].includes(status)), [])
  })

  await t.test('of 500 at once from 500 addresses 50 are judged', async (t) => {
    const ada = await open(a)
    const { judged, mayBe, statuses } = await guess500(ada, newAddress, 50)
    t.ok(judged > 0 && judged <= mayBe, `${judged} of ${mayBe}`)
    t.same(statuses.filter((status) => ![401, ...refusals].includes(status)), [])
  })

  /** Strangers have used up the guesses that they have in common, and more than a second is left until the next. */
  const besiege = async (account: { email: string }) => {
    const isBesieged = async () => {
      const { statusCode, headers } = await login(a, account, wrong, newAddress())
      return statusCode === 429 && Number(headers['retry-after']) > 1
    }
    while (!await isBesieged()) await guess500(account, newAddress, 50)
  }

  await t.test('the owner gets in at once where she has signed in before', async (t) => {
    const [ada, home] = [await open(a), newAddress()]
    t.equal((await login(a, ada, ada.password, home)).statusCode, 200)
    await besiege(ada)
    t.equal((await login(b, ada, ada.password, home)).statusCode, 200)
  })

  await t.test('the owner gets in after the wait that she is told of where somebody guesses beside her', async (t) => {
    const [ada, home] = [await open(a), newAddress()]
    t.equal((await login(a, ada, ada.password, home)).statusCode, 200)
    await times(11, async () => await login(a, ada, wrong, home))
    const { statusCode, headers } = await login(b, ada, ada.password, home)
    t.equal(statusCode, 429)
    const within = Number(headers['retry-after']) * 1000 + 1000
    await eventually(async () => await login(b, ada, ada.password, home), ({ statusCode }) => statusCode === 200, { within, every: 50 })
  })

  await t.test('an emptied Redis forgets none of her addresses', async (t) => {
    const [ada, home, elsewhere] = [await open(a), newAddress(), newAddress()]
    t.equal((await login(a, ada, ada.password, home)).statusCode, 200)
    await redis.flush()
    await besiege(ada)

    t.equal((await login(b, ada, ada.password, elsewhere)).statusCode, 429)
    t.equal((await login(b, ada, ada.password, home)).statusCode, 200, 'on a node that has never seen her')
  })

  await t.test('a refusal costs no hash, and no query but one a minute for the addresses of an account that is besieged', async (t) => {
    const ada = await open(a)
    await besiege(ada)
    await login(b, ada, wrong, newAddress())

    const asked: unknown[] = []
    t.intercept(b.passwords, 'verify', { value: async () => asked.push('hash') })
    t.intercept(b.users, 'credentialsOf', { value: async () => { asked.push('credentials') } })
    const answers = await times(20, async () => await login(b, ada, ada.password, newAddress()))
    t.same(statusesOf(answers), [429])
    t.same(asked, [])
  })

  await t.test('ten right ones at once all succeed, on whichever node', async (t) => {
    const ada = await open(a)
    for (let round = 0; round < 3; round++) {
      const from = newAddress()
      const answers = await Promise.all(Array.from({ length: 10 }, async (_, turn) => await login(node(turn), ada, ada.password, from)))
      t.same(statusesOf(answers), [200])
    }
  })
})
