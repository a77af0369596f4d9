import { readFile } from 'node:fs/promises'
import t from 'tap'
import { gatehouse } from '../../src/index.js'
import { ownOrigin, somebodysApp } from '../helpers/host.js'

t.test('the Fastify of an app around us', async (t) => {
  t.test('is refused when it is one that this version was not made for', async (t) => {
    for (const version of ['5.2.0', '5.12.7', '6.0.0']) {
      const host = somebodysApp(t)
      Object.defineProperty(host, 'version', { value: version })
      await t.rejects(async () => await host.register(gatehouse, { publicUrl: ownOrigin }), { code: 'FST_ERR_PLUGIN_VERSION_MISMATCH' }, version)
    }
  })

  t.test('is taken exactly when it serves us too, so that there is one copy of it and of its types', async (t) => {
    const { dependencies } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'))
    const meta = Object.getOwnPropertyDescriptor(gatehouse, Symbol.for('plugin-meta'))?.value
    t.equal(meta.fastify, dependencies.fastify)
  })
})
