import { rm } from 'node:fs/promises'
import t from 'tap'
import { eventsAbout } from '../helpers/administrators.js'
import { startApp } from '../helpers/app.js'
import { run } from '../helpers/programs.js'
import { privateFolder } from '../helpers/services.js'
import { forEveryStore } from '../helpers/stores.js'
import { signIn, uniqueEmail } from '../helpers/users.js'

const password = 'a quiet harbour at dawn'

t.test('gatehouse users create', async (t) => {
  const cwd = await privateFolder()
  t.teardown(async () => await rm(cwd, { recursive: true, force: true }))

  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const create = async (words: string[], input?: string, settings = {}) => await run(t, ['cli/main.js', 'users', 'create', ...words], {
      cwd, settings: { ...stores.settings, ARGON2_MEMORY_KIB: '8192', ARGON2_PASSES: '1', ...settings }, ...(input === undefined ? {} : { input })
    })
    const idOf = async (email: string) => (await app.users.credentialsOf(email))?.id ?? ''

    await t.test('opens an account in the database of a server that runs, its password piped in', async (t) => {
      const email = uniqueEmail()
      const { code, stdout, stderr } = await create([email.toUpperCase(), '--name', 'Ada Lovelace'], `${password}\n`)
      const id = await idOf(email)

      t.same({ code, stdout, stderr }, { code: 0, stdout: `${email} is there now, as user, with the id ${id}\n`, stderr: '' })
      t.match(await app.users.find(id), { name: 'Ada Lovelace', role: 'user', verified: false, disabled: false })
      t.same(await eventsAbout(app, id), [{ type: 'user.registered', detail: { by: 'command line', role: 'user' }, ip: null }])
      t.ok(await signIn(app, { id, name: '', email, password }))
    })

    await t.test('makes the first administrator, with a password that is shown once', async (t) => {
      const email = uniqueEmail()
      const { code, stdout } = await create([email, '--role', 'admin', '--generate'])
      const [, generated = ''] = /\npassword: (.+)\n$/.exec(stdout) ?? []

      t.equal(code, 0)
      t.match(generated, /^[\w-]{24}$/)
      t.match(await app.users.find(await idOf(email)), { name: email.split('@')[0], role: 'admin' })
      t.ok(await signIn(app, { id: '', name: '', email, password: generated }))
    })

    await t.test('makes a password as long as it must be', async (t) => {
      t.match((await create([uniqueEmail(), '--generate'], undefined, { PASSWORD_MIN_LENGTH: '100' })).stdout, /\npassword: [\w-]{100}\n$/)
    })

    await t.test('refuses an address that is taken', async (t) => {
      const email = uniqueEmail()
      await create([email, '--generate'])
      t.same(await create([email, '--generate']), { code: 1, stdout: '', stderr: 'gatehouse: That email address has an account already\n' })
    })

    for (const [what, words, input, says] of [
      ['an address that is none', ['ada'], password, /^gatehouse: email must match/],
      ['a role that is none', ['ada@example.com', '--role', 'root'], password, /^gatehouse: role must be equal/],
      ['a name that is none', ['ada@example.com', '--name', ' '], password, /^gatehouse: name must NOT have fewer/],
      ['a password too short', ['ada@example.com'], 'short', /^gatehouse: password must NOT have fewer than 8/],
      ['a password of NUL', ['ada@example.com'], 'a quiet\0 harbour', /^gatehouse: password must be well-formed/],
      ['a password that is common', ['ada@example.com'], 'password123', /^gatehouse: The password is one of those/],
      ['a password that holds the address', ['lovelace@example.com'], 'lovelace@example.com', /^gatehouse: The password holds your name/],
      ['no password', ['ada@example.com'], undefined, /^gatehouse: no password came on standard input/]
    ] as Array<[string, string[], string | undefined, RegExp]>) {
      await t.test(`refuses ${what}, and opens nothing`, async (t) => {
        t.match(await create(words, input), { code: 1, stdout: '', stderr: says })
        t.equal(await idOf(words[0] ?? ''), '')
      })
    }

    for (const words of [[], ['ada@example.com', 'Ada'], ['ada@example.com', '--admin']]) {
      await t.test(`refuses words it does not know: ${words.join(' ') || 'none'}`, async (t) => {
        t.match(await create(words, password), { code: 2, stdout: '', stderr: /^gatehouse: / })
      })
    }
  })
})
