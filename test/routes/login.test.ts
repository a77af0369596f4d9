import t from 'tap'
import { startApp } from '../helpers/app.js'
import { clearsCookies, cookie, cookieValues, freshCookieLines, freshTokens } from '../helpers/cookies.js'
import { forEveryStore } from '../helpers/stores.js'
import { askWho, createUser, signIn, tokensOf, uniqueEmail } from '../helpers/users.js'

t.test('POST /api/auth/login', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const ada = await createUser(app)
    const login = async (payload: object, headers = {}) => await app.inject({ method: 'POST', url: '/api/auth/login', payload, headers })

    await t.test('answers 200 with Tokens and the three cookies', async (t) => {
      const response = await login({ email: ada.email, password: ada.password })

      t.equal(response.statusCode, 200)
      const { access_token: accessToken, ...rest } = freshTokens(response)
      t.same(rest, { status: 'success', token_type: 'Bearer', expires_in: 900 })
      t.same(freshCookieLines(response), [
        'access_token; Max-Age=900; Path=/; HttpOnly; SameSite=Lax',
        'refresh_token; Max-Age=604800; Path=/api/auth; HttpOnly; SameSite=Lax',
        'logged_in; Max-Age=604800; Path=/; SameSite=Lax'
      ])
      t.match(cookieValues(response), { access_token: accessToken, refresh_token: /^[\w-]+\.[\w-]+\.[\w-]+$/, logged_in: 'true' })
      t.equal((await askWho(app, accessToken)).json().data.user.id, ada.id)
    })

    await t.test('with transport cookie does the same', async (t) => {
      const response = await login({ email: ada.email, password: ada.password, transport: 'cookie' })

      t.same(Object.keys(response.json()), ['status', 'access_token', 'token_type', 'expires_in'])
      t.equal(response.cookies.length, 3)
    })

    await t.test('with transport body hands out both tokens there and no cookies', async (t) => {
      const response = await login({ email: ada.email, password: ada.password, transport: 'body' })

      const { access_token: accessToken, refresh_token: refreshToken, ...rest } = freshTokens(response)
      t.same(rest, { status: 'success', token_type: 'Bearer', expires_in: 900, refresh_expires_in: 604800 })
      t.ok(accessToken && refreshToken)
      t.equal(response.headers['set-cookie'], undefined)
    })

    await t.test('takes the address trimmed and lower-cased', async (t) => {
      t.equal((await login({ email: ` ${ada.email.toUpperCase()} `, password: ada.password })).statusCode, 200)
    })

    await t.test('ignores fields it does not know', async (t) => {
      t.equal((await login({ email: ada.email, password: ada.password, remember: true, role: 'admin' })).statusCode, 200)
    })

    await t.test('says the same, after the same work, to a wrong password, an unknown address and a disabled account', async (t) => {
      const disabled = await createUser(app)
      await app.sql`update users set disabled_at = now() where id = ${disabled.id}`
      const verified = t.capture(app.passwords, 'verify', app.passwords.verify)
      const answers = [
        await login({ email: ada.email, password: 'not her password' }),
        await login({ email: uniqueEmail(), password: ada.password }),
        await login({ email: disabled.email, password: disabled.password })
      ]

      for (const answer of answers) {
        t.equal(answer.statusCode, 401)
        t.match(answer.json(), { status: 'fail', code: 'invalid_credentials' })
        t.equal(answer.headers['www-authenticate'], 'Bearer')
        t.equal(answer.body, answers[0]?.body)
        const { 'x-request-id': _id, date: _date, ...headers } = answer.headers
        const { 'x-request-id': _first, date: _then, ...first } = answers[0]?.headers ?? {}
        t.same(headers, first)
      }
      t.equal(verified().length, 3)
    })

    await t.test('a failure clears no cookie and ends no session', async (t) => {
      const session = await signIn(app, ada)
      const response = await login({ email: ada.email, password: 'not her password' }, cookie(['refresh_token', session.refreshToken]))

      t.notOk(clearsCookies(response))
      t.equal((await askWho(app, session.accessToken)).statusCode, 200)
    })

    await t.test('ends the session of a live refresh cookie that came along', async (t) => {
      for (const transport of ['cookie', 'body']) {
        const former = await signIn(app, ada)
        const other = await signIn(app, ada)
        const response = await login({ email: ada.email, password: ada.password, transport }, cookie(['refresh_token', former.refreshToken]))

        t.equal(response.statusCode, 200)
        t.equal((await askWho(app, former.accessToken)).statusCode, 401)
        t.equal((await askWho(app, other.accessToken)).statusCode, 200)
        t.equal((await askWho(app, tokensOf(response).accessToken)).statusCode, 200)
      }
    })

    await t.test('ends the sessions of every refresh cookie that came along, of whomever', async (t) => {
      const mine = await signIn(app, ada)
      const theirs = await signIn(app, await createUser(app))
      await login({ email: ada.email, password: ada.password }, cookie(['refresh_token', mine.refreshToken], ['refresh_token', theirs.refreshToken]))

      t.equal((await askWho(app, mine.accessToken)).statusCode, 401)
      t.equal((await askWho(app, theirs.accessToken)).statusCode, 401)
    })

    await t.test('passes over a refresh cookie that is none of ours', async (t) => {
      const response = await login({ email: ada.email, password: ada.password }, cookie(['refresh_token', 'nonsense']))

      t.equal(response.statusCode, 200)
    })

    await t.test('passes over an access cookie and a bad Authorization header', async (t) => {
      const response = await login({ email: ada.email, password: ada.password }, { ...cookie(['access_token', 'nonsense']), authorization: 'Bearer nonsense' })

      t.equal(response.statusCode, 200)
    })

    for (const [what, payload, paths] of [
      ['no field', {}, ['/email', '/password']],
      ['a number', { email: ada.email, password: 12345678 }, ['/password']],
      ['an unknown transport', { email: ada.email, password: ada.password, transport: 'url' }, ['/transport']],
      ['a password out of bounds', { email: ada.email, password: 'a'.repeat(257) }, ['/password']],
      ['every fault at once', { email: 'ada', password: 'short', transport: null }, ['/email', '/password', '/transport']]
    ] as Array<[string, object, string[]]>) {
      await t.test(`refuses ${what} with 400 validation_failed`, async (t) => {
        const response = await login(payload)

        t.equal(response.statusCode, 400)
        t.match(response.json(), { status: 'fail', code: 'validation_failed' })
        t.same(response.json().errors.map((fault: { path: string }) => fault.path).sort(), paths)
      })
    }
  })
})
