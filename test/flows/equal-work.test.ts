import t from 'tap'
import { startApp } from '../helpers/app.js'
import { startCollector } from '../helpers/collector.js'
import { forEveryStore } from '../helpers/stores.js'
import { createUser, uniqueEmail } from '../helpers/users.js'

// How long it takes is measured by `npm run bench -- timing`: whether it takes as long is decided by what is done.
t.test('An answer takes the same steps, whether an address has an account or not', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const { spans, settings } = await startCollector(t)
    const app = await startApp(t, stores, settings)
    const account = await createUser(app)

    let requests = 0
    async function ask (path: string, body: object) {
      const traceId = String(++requests).padStart(32, '0')
      const response = await app.inject({ method: 'POST', url: path, payload: body, headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } })
      return {
        answer: [response.statusCode, response.json()],
        steps: () => {
          const request = spans.find((span) => span.traceId === traceId && span.name === `POST ${path}`)
          return spans.filter(({ parentSpanId }) => parentSpanId === request?.spanId).map(({ name }) => name)
        }
      }
    }

    const forgotten = [await ask('/api/auth/forgot-password', { email: account.email }), await ask('/api/auth/forgot-password', { email: uniqueEmail() })]
    const guessed = [
      await ask('/api/auth/login', { email: account.email, password: 'not her password' }),
      await ask('/api/auth/login', { email: uniqueEmail(), password: 'not her password' })
    ]
    await app.close()

    for (const [title, [known, unknown], part] of [
      ['to whoever forgot its password', forgotten, 'insert'],
      ['to whoever guesses its password', guessed, 'verify password']
    ] as const) {
      await t.test(title, async (t) => {
        t.same(known?.answer, unknown?.answer)
        t.same(known?.steps(), unknown?.steps())
        t.ok(known?.steps().includes(part), String(known?.steps()))
      })
    }
  })
})
