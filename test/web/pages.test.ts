import t from 'tap'
import { browserLeftOut } from '../helpers/browser.js'
import { createUser } from '../helpers/users.js'
import { barriersOn, isTooWide, openSite, signInOn, visit } from '../helpers/web.js'

const open = ['/sign-in', '/sign-up', '/forgot-password', '/reset-password', '/reset-password?token=a', '/verify-email', '/verify-email?token=a']
const closed = ['/account', '/account/password', '/account/devices', '/admin', '/admin/users', '/admin/users/{id}', '/admin/events', '/admin/keys']

t.test('every page', { skip: browserLeftOut }, async (t) => {
  const site = await openSite(t)
  const account = await createUser(site.app)
  await site.app.sql`update users set role = 'admin', version = version + 1 where id = ${account.id}`

  for (const colorScheme of ['light', 'dark'] as const) {
    await t.test(`in ${colorScheme}`, async (t) => {
      const page = await visit(t, site, '/sign-in', { colorScheme })

      const look = async (path: string) => await t.test(`${path} keeps nobody out, and fits 320 pixels`, async (t) => {
        await page.setViewportSize({ width: 1000, height: 800 })
        await page.goto(site.origin + path.replace('{id}', account.id), { waitUntil: 'load' })
        await page.getByRole('heading', { level: 1 }).waitFor()
        t.equal(await page.getByRole('heading', { level: 1 }).count(), 1)
        t.same(await barriersOn(page), [])
        await page.setViewportSize({ width: 320, height: 640 })
        t.notOk(await isTooWide(page), 'nothing sticks out')
        t.same(await barriersOn(page), [], 'nor there')
      })

      for (const path of open) await look(path)
      await page.goto(`${site.origin}/sign-in`)
      await signInOn(page, account)
      for (const path of closed) await look(path)
    })
  }
})
