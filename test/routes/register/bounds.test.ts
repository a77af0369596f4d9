import t from 'tap'
import { startApp } from '../../helpers/app.js'
import { forEveryStore } from '../../helpers/stores.js'
import { signIn, uniqueEmail } from '../../helpers/users.js'

const decomposed = 'e\u0301'
const emailOf = (length: number) => {
  const end = '@example.com'
  const local = uniqueEmail().split('@')[0] ?? ''
  const labels = `${'a'.repeat(60)}.`.repeat(4)
  return `${local}@${labels}${end.slice(1)}`.replace(labels, labels.slice(-(length - local.length - end.length)).replace(/^\./, 'b'))
}

t.test('POST /api/auth/register: the bounds of its fields', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const register = async (fields: object) => await app.inject({
      method: 'POST', url: '/api/auth/register', payload: { name: 'Ada', email: uniqueEmail(), password: 'correct horse', ...fields }
    })

    const taken: Array<[string, object]> = [
      ['a name of 1 code point', { name: '😀' }],
      ['a name of 100 code points', { name: '😀'.repeat(100) }],
      ['a name of 100 once trimmed', { name: ` ${'a'.repeat(100)} ` }],
      ['an address of 254', { email: emailOf(254) }],
      ['a password of 8 code points', { password: '😀'.repeat(8) }],
      ['a password of 256 code points', { password: '😀'.repeat(256) }],
      ['a password of 256 after NFC', { password: decomposed.repeat(256) }],
      ['a password of spaces', { password: ' '.repeat(8) }],
      ['a password of one sort of character', { password: 'q'.repeat(9) + 'zx' }]
    ]
    for (const [what, fields] of taken) {
      await t.test(`takes ${what}`, async (t) => {
        const response = await register(fields)
        t.equal(response.statusCode, 200, response.body)
      })
    }

    const refused: Array<[string, string, object]> = [
      ['a name of 101 code points', '/name', { name: 'a'.repeat(101) }],
      ['a name of spaces', '/name', { name: ' \t\n ' }],
      ['an address of 255', '/email', { email: emailOf(255) }],
      ['an address without a domain', '/email', { email: 'ada' }],
      ['an address with a space', '/email', { email: 'ada king@example.com' }],
      ['two addresses', '/email', { email: 'ada@example.com,bob@example.com' }],
      ['a password of 7 code points', '/password', { password: '😀'.repeat(7) }],
      ['a password of 7 after NFC', '/password', { password: decomposed.repeat(7) }],
      ['a password of 257 code points', '/password', { password: 'a'.repeat(257) }]
    ]
    for (const field of ['name', 'email', 'password']) {
      for (const value of [12345678, null, true, ['ada@example.com'], { value: 'ada@example.com' }]) {
        refused.push([`${JSON.stringify(value)} as ${field}`, `/${field}`, { [field]: value }])
      }
      refused.push([`NUL in ${field}`, `/${field}`, { [field]: 'nul\0@example.com' }])
      refused.push([`a lone surrogate in ${field}`, `/${field}`, { [field]: 'lone\ud800@example.com' }])
      refused.push([`no ${field}`, `/${field}`, { [field]: undefined }])
    }
    refused.push(['NUL in a field that is ignored', '/other', { other: { deep: ['\0'] } }])

    for (const [what, path, fields] of refused) {
      await t.test(`refuses ${what} with 400 validation_failed`, async (t) => {
        const response = await register(fields)

        t.equal(response.statusCode, 400)
        t.match(response.json(), { status: 'fail', code: 'validation_failed' })
        t.same([...new Set(response.json().errors.map((fault: { path: string }) => fault.path))], [path])
      })
    }

    await t.test('names every fault at once, and each once', async (t) => {
      const { errors } = (await register({ name: ' ', email: 'ada', password: 'short' })).json()

      t.same(errors.map((fault: { path: string }) => fault.path).sort(), ['/email', '/name', '/password'])
      t.ok(errors.every((fault: object) => 'message' in fault && Object.keys(fault).length === 2))
    })

    await t.test('keeps spaces of a password, and takes either way to write the same letter (NFC)', async (t) => {
      const email = uniqueEmail()
      await register({ email, password: ` ${decomposed}cole secrete ` })
      const login = async (password: string) => (await app.inject({ method: 'POST', url: '/api/auth/login', payload: { email, password } })).statusCode

      t.equal(await login(' \u00e9cole secrete '), 200)
      t.equal(await login('\u00e9cole secrete'), 401)
    })
  })

  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores, { PASSWORD_MIN_LENGTH: '15' })
    const register = async (password: string) =>
      await app.inject({ method: 'POST', url: '/api/auth/register', payload: { name: 'Ada', email: uniqueEmail(), password } })

    await t.test('PASSWORD_MIN_LENGTH raises the floor for a new password', async (t) => {
      t.match((await register('a'.repeat(13) + 'z')).json(), { code: 'validation_failed', errors: [{ path: '/password', message: /15/ }] })
      t.equal((await register('a'.repeat(14) + 'z')).statusCode, 200)
    })

    await t.test('PASSWORD_MIN_LENGTH keeps nobody out who has a shorter one', async (t) => {
      const email = uniqueEmail()
      const passwordHash = await app.passwords.hash('8 letter')
      await app.users.register({ name: 'Ada', email, passwordHash }, { ip: '127.0.0.1', userAgent: null })

      t.equal((await signIn(app, { id: '', name: 'Ada', email, password: '8 letter' })).response.statusCode, 200)
    })
  })
})
