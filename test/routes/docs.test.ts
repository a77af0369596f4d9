import { createHash } from 'node:crypto'
import t from 'tap'
import type { Document } from '../../src/lib/openapi/document.js'
import { startApp } from '../helpers/app.js'
import { forEveryStore } from '../helpers/stores.js'

t.test('GET /docs', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const page = await app.inject('/docs')
    const { paths, components } = (await app.inject('/openapi.json')).json<Document>()

    await t.test('answers a page that may be cached for 300 seconds', async (t) => {
      t.equal(page.statusCode, 200)
      t.equal(page.headers['content-type'], 'text/html; charset=utf-8')
      t.equal(page.headers['cache-control'], 'public, max-age=300')
    })

    await t.test('shows every operation and every schema of the document', async (t) => {
      const ids = new Set([...page.body.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
      for (const { operationId } of Object.values(paths).flatMap((item) => Object.values(item))) t.ok(ids.has(operationId), operationId)
      for (const name of Object.keys(components.schemas)) t.ok(ids.has(`schema-${name}`), name)
    })

    await t.test('leads nowhere that is not there', async (t) => {
      for (const [, id] of page.body.matchAll(/href="#([^"]+)"/g)) t.ok(page.body.includes(`id="${id}"`), `#${id}`)
      t.same([...page.body.matchAll(/(?:href|src)="(?!#)([^"]+)"/g)].map(([, url]) => url), ['openapi.json'])
    })

    await t.test('needs nothing but its own style, and is allowed nothing else', async (t) => {
      const [, style = ''] = /<style>(.*?)<\/style>/s.exec(page.body) ?? []
      const hash = createHash('sha256').update(style).digest('base64')
      t.equal(page.headers['content-security-policy'], `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`)
      t.notMatch(page.body, /<script|<img|<link|style="|@import|url\(/)
      t.equal((await app.inject('/health/live')).headers['content-security-policy'], "default-src 'none'; frame-ancestors 'none'", 'on no other route')
    })
  })
})
