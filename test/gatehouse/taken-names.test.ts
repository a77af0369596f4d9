import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { gatehouse, type GatehouseOptions } from '../../src/index.js'
import { optionsFor, somebodysApp } from '../helpers/host.js'
import { pageOf } from '../helpers/snippets.js'
import { forEveryStore } from '../helpers/stores.js'

type Decorate = (this: FastifyInstance, name: string | symbol, ...value: unknown[]) => FastifyInstance

const decorators = ['decorateRequest', 'decorateReply'] as const

/** The names that Gatehouse gives, within itself, to what decorates requests and replies. */
async function namesGiven (host: FastifyInstance, options: GatehouseOptions) {
  const names = { decorateRequest: new Set<string>(), decorateReply: new Set<string>() }
  host.addHook('onRegister', (instance) => {
    for (const kind of decorators) {
      const decorate: Decorate = instance[kind]
      const noting: Decorate = function (name, ...value) {
        if (typeof name === 'string') names[kind].add(name)
        return decorate.call(this, name, ...value)
      }
      Object.assign(instance, { [kind]: noting })
    }
  })
  await host.register(gatehouse, { prefix: '/id', ...options })
  return names
}

/** The names that the guide says are taken. */
const namesOn = (page: string, of: string) =>
  [...(new RegExp(`^ {2}- on ${of}: (.*)$`, 'm').exec(page)?.[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name)

t.test('names on requests and replies', async (t) => {
  const page = await pageOf('docs/inside-your-fastify-app.md')
  await forEveryStore(t, async (t, stores) => {
    if (stores.name !== 'embedded') return

    await t.test('are those that the guide says are taken', async (t) => {
      const host = somebodysApp(t)
      const { decorateRequest, decorateReply } = await namesGiven(host, await optionsFor(stores))
      t.same(namesOn(page, 'requests'), [...decorateRequest].sort())
      t.same(namesOn(page, 'replies'), [...decorateReply].sort())
      await host.close()
    })

    for (const [kind, names] of [['decorateRequest', namesOn(page, 'requests')], ['decorateReply', namesOn(page, 'replies')]] as const) {
      for (const name of names) {
        await t.test(`are refused when they are a value of the app's: ${name}`, async (t) => {
          const host = somebodysApp(t)
          const decorate: Decorate = host[kind]
          decorate.call(host, name, null)
          await t.rejects(async () => { await host.register(gatehouse, { prefix: '/id', ...await optionsFor(stores) }) }, { code: 'FST_ERR_DEC_ALREADY_PRESENT' })
          await host.close().catch(() => {})
        })
      }
    }

    await t.test('may be those of functions of the app\'s', async (t) => {
      const host = somebodysApp(t)
      for (const name of namesOn(page, 'requests')) host.decorateRequest(name, (() => 'theirs') as never)
      for (const name of namesOn(page, 'replies')) host.decorateReply(name, (() => 'theirs') as never)
      await host.register(gatehouse, { prefix: '/id', ...await optionsFor(stores) })
      host.get('/theirs', async (request) => (request as unknown as { liveOwner: () => string }).liveOwner())
      t.equal((await host.inject('/theirs')).body, 'theirs')
      await host.close()
    })
  })
})
