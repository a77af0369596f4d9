import fastify from 'fastify'
import fp from 'fastify-plugin'
import t from 'tap'
import { readConfig } from '../../src/config.js'
import purge from '../../src/plugins/purge.js'
import type { Sql } from '../../src/store/database.js'
import { eventually } from '../helpers/eventually.js'

const hour = 3_600_000

t.test('the hourly purge', async (t) => {
  const planned: { milliseconds: number, act: () => void, timer: NodeJS.Timeout }[] = []
  const { setTimeout: later } = globalThis
  t.intercept(Math, 'random', { value: () => 0.25 })
  t.intercept(globalThis, 'setTimeout', {
    value (act: () => void, milliseconds: number) {
      const timer = later(act, milliseconds)
      if (milliseconds >= hour / 4) planned.push({ milliseconds, act, timer })
      return timer
    }
  })

  const answers = [async () => ({ count: 1000 }), async () => ({ count: 7 }), async () => { throw new Error('away') }, async () => ({ count: 0 })]
  const others = { email_tokens: 0, outbox: 0, events: 0, known_addresses: 0 }
  const answer = async ([query = '']: string[]) => {
    const other = (Object.keys(others) as Array<keyof typeof others>).find((table) => query.includes(`delete from ${table}`))
    return other === undefined ? await answers.shift()?.() : { count: others[other] }
  }
  const said: object[] = []
  const app = fastify()
  app.log.info = (...words: unknown[]) => { said.push(words) }
  app.log.warn = (...words: unknown[]) => { said.push(words) }
  await app.register(fp(async (app) => { app.decorate('config', readConfig({})) }, { name: 'config' }))
  await app.register(fp(async (app) => { app.decorate('sql', answer as unknown as Sql) }, { name: 'database' }))
  await app.register(purge)
  await app.ready()

  const runPlanned = async () => {
    const { length } = planned
    planned.at(-1)?.act()
    await eventually(() => planned.length === length + 1)
  }

  await t.test('begins at a minute of this node\'s own', async (t) => {
    t.same(planned.map(({ milliseconds }) => milliseconds), [hour / 4])
    t.equal(answers.length, 4, 'and asks for nothing before')
  })

  await t.test('removes batch after batch until one is not full, says how many, and comes again in an hour', async (t) => {
    await runPlanned()
    t.same(said, [[{ removed: 1007 }, 'old sessions removed']])
    t.equal(planned.at(-1)?.milliseconds, hour)
  })

  await t.test('that fails says so, goes on with the next, and comes again in an hour', async (t) => {
    Object.assign(others, { email_tokens: 2, outbox: 3, events: 4, known_addresses: 5 })
    await runPlanned()
    t.same(said.slice(1), [
      [{ error: 'away' }, 'old sessions are removed later'],
      [{ removed: 2 }, 'old email tokens removed'],
      [{ removed: 3 }, 'old mails given up removed'],
      [{ removed: 4 }, 'old events removed'],
      [{ removed: 3 }, 'old unsent events removed'],
      [{ removed: 5 }, 'old known addresses removed']
    ])
    t.equal(planned.at(-1)?.milliseconds, hour)
    Object.assign(others, { email_tokens: 0, outbox: 0, events: 0, known_addresses: 0 })
  })

  await t.test('says nothing when there was nothing to remove', async (t) => {
    await runPlanned()
    t.equal(said.length, 7)
  })

  await t.test('ends with the server', async (t) => {
    const cleared = t.capture(globalThis, 'clearTimeout', clearTimeout)
    await app.close()
    t.ok(cleared().some(({ args: [timer] }) => timer === planned.at(-1)?.timer))
  })
})
