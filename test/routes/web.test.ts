import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import t from 'tap'
import { startApp } from '../helpers/app.js'
import { endpointsOf } from '../helpers/endpoints.js'
import { forEveryStore } from '../helpers/stores.js'

const pages = [
  'GET /', 'GET /account', 'GET /account/devices', 'GET /account/password', 'GET /admin', 'GET /admin/events', 'GET /admin/keys', 'GET /admin/users',
  'GET /admin/users/:id', 'GET /assets/:name', 'GET /forgot-password', 'GET /reset-password', 'GET /sign-in', 'GET /sign-up', 'GET /verify-email'
]

const known = (html: string) => JSON.parse((/name="gatehouse" content="([^"]*)"/.exec(html)?.[1] ?? '').replace(/&quot;/g, '"').replace(/&amp;/g, '&')) as { returnTo?: string, passwordMinLength: number }

t.test('the pages', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const withoutPages = await startApp(t, stores, { WEB: 'off' })
    const api = { endpoints: endpointsOf(withoutPages), document: (await withoutPages.inject('/openapi.json')).json().paths }
    await withoutPages.close()
    const app = await startApp(t, stores, { WEB: 'on', CLIENT_ORIGINS: 'https://app.example.com', PUBLIC_URL: 'https://auth.example.com', PASSWORD_MIN_LENGTH: '12' })

    await t.test('are these and no others, and WEB=off leaves all of them out', async (t) => {
      const added = endpointsOf(app).filter((endpoint) => !api.endpoints.includes(endpoint))
      t.same(added, pages)
    })

    await t.test('are the ones that the app in the browser knows', async (t) => {
      const routes = [...(await readFile(new URL('../../web/app.tsx', import.meta.url), 'utf8')).matchAll(/<Route path=\{to\('([^']+)'\)\}/g)].map(([, path]) => `GET ${path}`)
      t.same([...routes, 'GET /assets/:name'].sort(), pages)
    })

    for (const page of pages.filter((page) => !page.includes('assets'))) {
      await t.test(`${page} answers anybody with a document that runs no script but ours`, async (t) => {
        const response = await app.inject(page.replace('GET ', '').replace(':id', '1'))
        t.equal(response.statusCode, 200)
        t.match(response.headers, {
          'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin'
        })
        const policy = String(response.headers['content-security-policy'])
        t.match(policy, /default-src 'none'; script-src 'self'; style-src 'self';.*frame-ancestors 'none'/)
        t.notMatch(policy, /unsafe|data:|\*/)
        t.notMatch(response.body, /<script(?![^>]* src=)|<style|\son\w+=/, 'and has none in itself')
      })
    }

    await t.test('say what the server was set to', async (t) => t.equal(known((await app.inject('/sign-up')).body).passwordMinLength, 12))

    await t.test('say where to return to when it is a listed place', async (t) => {
      const asked = 'https://app.example.com/?a="b"&c=<d>'
      const { body } = await app.inject({ url: '/sign-in', query: { return_to: asked } })
      t.equal(known(body).returnTo, new URL(asked).href)
      t.equal(known((await app.inject('/sign-in?return_to=https://evil.example')).body).returnTo, undefined)
      t.notMatch((await app.inject('/sign-in')).body, 'app.example.com', 'and tell nobody what is listed')
    })

    await t.test('take a parameter that comes twice for a mistake', async (t) => {
      t.equal((await app.inject('/sign-in?return_to=/a&return_to=/b')).statusCode, 400)
    })

    const asset = /assets\/(index-[\w-]+\.js)/.exec((await app.inject('/')).body)?.[1] ?? ''

    await t.test('have files that may be kept for ever, and come compressed to whoever takes that', async (t) => {
      const plain = await app.inject(`/assets/${asset}`)
      const packed = await app.inject({ url: `/assets/${asset}`, headers: { 'accept-encoding': 'gzip' } })
      t.equal(plain.statusCode, 200)
      t.match(plain.headers, { 'content-type': /^text\/javascript/, 'cache-control': 'public, max-age=31536000, immutable', vary: 'Accept-Encoding' })
      t.equal(plain.headers['content-encoding'], undefined)
      t.equal(packed.headers['content-encoding'], 'gzip')
      t.equal(gunzipSync(packed.rawPayload).toString(), plain.body)
    })

    for (const name of ['nothing.js', '../index.html', '..%2Findex.html', '..%2f..%2fserver.js', `${asset}.br`, '__proto__']) {
      await t.test(`have no file ${name}`, async (t) => {
        const response = await app.inject(`/assets/${name}`)
        t.equal(response.statusCode, 404)
        t.match(response.json(), { code: 'not_found' })
      })
    }

    await t.test('weigh no more than 60 kB at the first load, compressed', async (t) => {
      const { body } = await app.inject('/')
      const files = [...body.matchAll(/assets\/([\w.-]+\.(?:js|css|svg))/g)].map(([, name]) => name)
      const sizes = await Promise.all(files.map(async (name) => (await app.inject({ url: `/assets/${name}`, headers: { 'accept-encoding': 'gzip' } })).rawPayload.length))
      t.ok(files.length >= 3)
      t.ok(sizes.reduce((sum, size) => sum + size, body.length) <= 60_000, `${sizes}`)
    })

    await t.test('are no part of the document of the API', async (t) => {
      t.same(Object.keys((await app.inject('/openapi.json')).json().paths), Object.keys(api.document))
    })
  })
})
