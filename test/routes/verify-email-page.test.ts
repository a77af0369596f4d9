import t from 'tap'
import { startApp } from '../helpers/app.js'
import { verifyEmail, verifyToken } from '../helpers/recovery.js'
import { forEveryStore } from '../helpers/stores.js'
import { createUser } from '../helpers/users.js'

const page = 'https://app.example.com/verify-email'

t.test('GET /api/auth/verify-email', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores, { APP_URL: 'https://app.example.com' })
    const follow = async (query: string, method: 'GET' | 'HEAD' = 'GET') => await app.inject({ method, url: `/api/auth/verify-email${query}` })

    await t.test('answers 303 to the page of that name at APP_URL, and changes nothing', async (t) => {
      const ada = await createUser(app)
      const token = await verifyToken(app, ada)
      for (const method of ['GET', 'HEAD'] as const) {
        const response = await follow(`?token=${token}`, method)
        t.equal(response.statusCode, 303)
        t.equal(response.headers.location, `${page}?token=${token}`)
        t.equal(response.body, '')
      }

      t.equal((await app.users.find(ada.id))?.verified, false)
      t.equal((await verifyEmail(app, token)).statusCode, 200)
    })

    await t.test('keeps the token out of caches and of the next page\'s referrer', async (t) => {
      t.match((await follow('?token=x')).headers, { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
    })

    for (const token of ['https://evil.example', '//evil.example', '@evil.example', '/../..', '\r\nset-cookie: a=b', '&token=b#c', '"><script>', 'é😀', '']) {
      await t.test(`leads nowhere else with the token ${JSON.stringify(token)}`, async (t) => {
        const response = await follow(`?token=${encodeURIComponent(token)}&next=https://evil.example`)

        t.equal(response.statusCode, 303)
        const { location = '' } = response.headers
        t.match(location, /^[\x21-\x7e]+$/)
        const { origin, pathname, hash, searchParams } = new URL(location)
        t.same([`${origin}${pathname}`, hash, [...searchParams]], [page, '', [['token', token]]])
        t.equal(response.headers['set-cookie'], undefined)
      })
    }

    for (const [what, query] of [['no token', ''], ['two tokens', '?token=a&token=b'], ['NUL', '?token=a%00b']] as const) {
      await t.test(`refuses ${what} with 400`, async (t) => {
        const response = await follow(query)

        t.equal(response.statusCode, 400)
        t.equal(response.headers.location, undefined)
      })
    }
  })
})
