import { rm } from 'node:fs/promises'
import t from 'tap'
import { eventsAbout, leaveAdmins } from '../helpers/administrators.js'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { run } from '../helpers/programs.js'
import { privateFolder } from '../helpers/services.js'
import { forEveryStore } from '../helpers/stores.js'
import { askWho, bearer, createUser, signIn } from '../helpers/users.js'

t.test('gatehouse users role, disable and enable', async (t) => {
  const cwd = await privateFolder()
  t.teardown(async () => await rm(cwd, { recursive: true, force: true }))

  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const users = async (...words: string[]) => await run(t, ['cli/main.js', 'users', ...words], { cwd, settings: stores.settings })
    const heard = stores.settings.REDIS_URL === undefined ? 'within a second' : 'at once'
    const mayAdminister = async (accessToken: string) => (await app.inject({ url: '/api/users', headers: bearer(accessToken) })).statusCode

    await t.test('make the first administrator, to whom a running server listens within two seconds', async (t) => {
      const ada = await createUser(app)
      const { accessToken } = await signIn(app, ada)
      t.equal(await mayAdminister(accessToken), 403)

      t.same(await users('role', ada.email.toUpperCase(), 'admin'), { code: 0, stdout: `${ada.email} is now admin: running nodes hold to it ${heard}\n`, stderr: '' })
      await eventually(async () => await mayAdminister(accessToken), (status) => status === 200, { within: 2000 })
      t.same(await eventsAbout(app, ada.id, 'user.role_changed'), [{ type: 'user.role_changed', detail: { by: 'command line', from: 'user', to: 'admin' }, ip: null }])

      t.same(await users('role', ada.email, 'admin'), { code: 0, stdout: `${ada.email} is already admin\n`, stderr: '' })
    })

    await t.test('shut somebody out, and let in again', async (t) => {
      const ada = await createUser(app)
      const { accessToken } = await signIn(app, ada)
      await askWho(app, accessToken)

      t.match(await users('disable', ada.email), { code: 0, stdout: `${ada.email} is now disabled, and 1 of their sessions ended: running nodes hold to it ${heard}\n` })
      await eventually(async () => (await askWho(app, accessToken)).statusCode, (status) => status === 401, { within: 2000 })
      await t.rejects(signIn(app, ada), /invalid_credentials/)
      t.match(await users('disable', ada.email), { code: 0, stdout: `${ada.email} is already disabled\n` })

      t.match(await users('enable', ada.email), { code: 0, stdout: `${ada.email} is now enabled: running nodes hold to it ${heard}\n` })
      t.ok(await signIn(app, ada))
      t.same((await eventsAbout(app, ada.id, 'user.disabled', 'user.enabled')).map(({ detail }) => detail), Array(2).fill({ by: 'command line' }))
    })

    await t.test('leave the last administrator', async (t) => {
      const ada = await createUser(app)
      await leaveAdmins(app, ada.id)
      const refused = { code: 1, stdout: '', stderr: 'gatehouse: This is the last administrator: make somebody else one first\n' }

      t.same(await users('role', ada.email, 'user'), refused)
      t.same(await users('disable', ada.email), refused)
      t.match(await app.users.find(ada.id), { role: 'admin', disabled: false })
    })

    await t.test('name an address that nobody has', async (t) => {
      for (const words of [['role', 'nobody@example.com', 'admin'], ['disable', 'nobody@example.com'], ['enable', 'nobody@example.com']]) {
        t.same(await users(...words), { code: 1, stdout: '', stderr: 'gatehouse: nobody has the address nobody@example.com\n' })
      }
    })

    for (const words of [
      [], ['destroy'], ['constructor'], ['role'], ['role', 'ada@example.com'], ['role', 'ada@example.com', 'root'], ['role', 'ada@example.com', 'admin', 'now'],
      ['disable'], ['disable', 'ada@example.com', 'grace@example.com'], ['enable'], ['enable', 'ada@example.com', 'grace@example.com']
    ]) {
      await t.test(`refuse words they do not know: ${words.join(' ') || 'none'}`, async (t) => {
        t.match(await users(...words), { code: 2, stdout: '', stderr: /^gatehouse: usage: gatehouse users / })
      })
    }
  })

  t.test('work while no server runs, and on a database without tables', async (t) => {
    const dataDir = await privateFolder()
    t.teardown(async () => await rm(dataDir, { recursive: true, force: true }))
    const made = await run(t, ['cli/main.js', 'users', 'create', 'ada@example.com', '--generate'], { cwd, settings: { DATA_DIR: dataDir } })
    t.equal(made.code, 0)
    t.match(await run(t, ['cli/main.js', 'users', 'role', 'ada@example.com', 'admin'], { cwd, settings: { DATA_DIR: dataDir } }), { code: 0, stdout: /is now admin/ })
  })
})
