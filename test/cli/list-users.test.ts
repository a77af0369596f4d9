import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import t from 'tap'
import { startApp } from '../helpers/app.js'
import { run } from '../helpers/programs.js'
import { privateFolder } from '../helpers/services.js'
import { forEveryStore } from '../helpers/stores.js'
import { createUser } from '../helpers/users.js'

t.test('gatehouse users list', async (t) => {
  const cwd = await privateFolder()
  t.teardown(async () => await rm(cwd, { recursive: true, force: true }))

  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const list = async (...words: string[]) => await run(t, ['cli/main.js', 'users', 'list', ...words], { cwd, settings: stores.settings })
    const family = `x${randomUUID().slice(0, 8)}`
    const ada = await createUser(app, { name: `Ada ${family}` })
    const grace = await createUser(app, { name: `Grace ${family}` })
    await app.sql`update users set role = 'admin', version = version + 1 where id = ${grace.id}`
    await app.sql`update users set disabled_at = now(), version = version + 1 where id = ${ada.id}`
    const lines = {
      ada: `${ada.id} user  disabled ${ada.email} Ada ${family}\n`,
      grace: `${grace.id} admin enabled  ${grace.email} Grace ${family}\n`
    }

    await t.test('shows the newest first: id, role, state, address and name', async (t) => {
      const { code, stdout, stderr } = await list()
      t.same([code, stderr], [0, ''])
      t.ok(stdout.startsWith(lines.grace + lines.ada))
    })

    await t.test('shows those that a search finds, and those of a role', async (t) => {
      t.same(await list('--q', `ada ${family}`), { code: 0, stdout: lines.ada, stderr: '' })
      t.same(await list('--q', family, '--role', 'admin'), { code: 0, stdout: lines.grace, stderr: '' })
      t.same(await list('--q', `${family}y`), { code: 0, stdout: '', stderr: '' })
    })

    await t.test('shows all of many', async (t) => {
      await app.sql`
        insert into users (id, name, email, password_hash)
        select gen_random_uuid(), 'Crowd', gen_random_uuid() || '@crowd.example', 'a hash of no less than twenty signs'
        from generate_series(1, 250)
      `
      const { stdout } = await list('--q', 'crowd.example')
      t.equal(new Set(stdout.trim().split('\n')).size, 250)
    })

    await t.test('lets no sign of a name control the terminal', async (t) => {
      const { email } = await createUser(app, { name: 'Ada\x1b[2J\u202e\nroot' })
      t.ok((await list('--q', email)).stdout.endsWith(` ${email} Ada?[2J??root\n`))
    })

    for (const words of [['--role', 'root'], ['--role', 'toString'], ['everybody'], ['--all']]) {
      await t.test(`refuses words it does not know: ${words.join(' ')}`, async (t) => {
        t.match(await list(...words), { code: 2, stdout: '', stderr: /^gatehouse: / })
      })
    }
  })
})
