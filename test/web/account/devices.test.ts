import type { FastifyInstance } from 'fastify'
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { browserLeftOut } from '../../helpers/browser.js'
import { eventually } from '../../helpers/eventually.js'
import { askWho, createUser, signIn, type Account } from '../../helpers/users.js'
import { barriersOn, openSite, shows, visitAs, type Site } from '../../helpers/web.js'

const phone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1'
const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'

const signInWith = async (app: FastifyInstance, account: Account, userAgent: string) =>
  await signIn(app, account, 'body', { headers: { 'user-agent': userAgent }, remoteAddress: '203.0.113.7' })

/** The page of devices, once they are there, and another browser of the same account. */
async function onTwo (t: Test, site: Site) {
  const account = await createUser(site.app)
  const other = await visitAs(t, site, account, '/account', { userAgent: firefox })
  const page = await visitAs(t, site, account, '/account/devices')
  await row(page, 'Firefox on Windows').waitFor()
  return { account, other, page }
}

const row = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name })
const press = async (page: Page, name: string) => await page.getByRole('button', { name, exact: true }).click()
/** The name or the words of what has the focus; none when nothing has. */
const focused = async (page: Page): Promise<string> =>
  await page.evaluate("document.activeElement.getAttribute('aria-label') ?? (document.activeElement === document.body ? '' : document.activeElement.innerText)")

t.test('the devices of an account', { skip: browserLeftOut }, async (t) => {
  const site = await openSite(t)

  await t.test('are listed with what, from where and since when, this one first', async (t) => {
    const account = await createUser(site.app)
    const page = await visitAs(t, site, account, '/account/devices')
    await signInWith(site.app, account, phone)
    await page.reload()
    await row(page, 'Safari on iPhone').getByText('From 203.0.113.7').waitFor()
    const rows = await page.getByRole('listitem').allInnerTexts()
    t.equal(rows.length, 2)
    t.match(rows[0], /This one/)
    t.notMatch(rows[1], /This one/)
    t.match(rows[1], /Last used just now\s+Signed in just now\s+Expires in 7 days/)
    const time = row(page, 'Safari on iPhone').locator('time').first()
    t.match(await time.getAttribute('title'), /\d{4} at \d\d:\d\d:\d\d/)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      t.same(await barriersOn(page), [], `nobody is kept out in ${colorScheme}`)
    }
    t.ok(Math.abs(Date.now() - Date.parse(await time.getAttribute('datetime') ?? '')) < 60_000)
  })

  await t.test('end one at a time, and that one falls back to signing in, with no click, within a second or so', async (t) => {
    const { other, page } = await onTwo(t, site)
    await press(page, 'Sign out Firefox on Windows')
    await row(page, 'Firefox on Windows').waitFor({ state: 'detached' })
    const gone = performance.now()
    await shows(other, 'Sign in')
    t.ok(performance.now() - gone < 2000)
    await other.getByText('You were signed out: this session was ended.').waitFor()
    await page.getByRole('status').getByText('Firefox on Windows is signed out.').waitFor()
    t.match(await focused(page), /This one/, 'one goes on at the row that is left')
  })

  await t.test('that are this one sign out here, which is no surprise', async (t) => {
    const { other, page } = await onTwo(t, site)
    await page.evaluate("globalThis.surprised = false; new MutationObserver(() => { surprised ||= document.body.innerText.includes('You were signed out') }).observe(document.body, { childList: true, subtree: true })")
    await press(page, 'Sign out this device')
    await shows(page, 'Sign in')
    t.equal(await page.evaluate('surprised'), false)
    await other.reload()
    await shows(other, 'Your profile')
  })

  await t.test('that are gone already are no failure', async (t) => {
    const account = await createUser(site.app)
    const { accessToken } = await signInWith(site.app, account, phone)
    const page = await visitAs(t, site, account, '/account/devices')
    await row(page, 'Safari on iPhone').waitFor()
    await site.app.inject({ method: 'POST', url: '/api/auth/logout', headers: { authorization: `Bearer ${accessToken}` } })
    await press(page, 'Sign out Safari on iPhone')
    await page.getByText('Safari on iPhone is signed out.').waitFor()
    await row(page, 'Safari on iPhone').waitFor({ state: 'detached' })
  })

  await t.test('end by keyboard alone', async (t) => {
    const account = await createUser(site.app)
    for (const userAgent of [firefox, phone]) await signInWith(site.app, account, userAgent)
    const page = await visitAs(t, site, account, '/account/devices')
    await row(page, 'Firefox on Windows').waitFor()
    const tabTo = async (name: string) => await eventually(async () => {
      await page.keyboard.press('Tab')
      return await focused(page)
    }, (label) => label === name)
    await tabTo('Sign out Safari on iPhone')
    await page.keyboard.press('Enter')
    await row(page, 'Safari on iPhone').waitFor({ state: 'detached' })
    t.match(await focused(page), /Firefox on Windows/, 'one goes on at the row in its place')
    await page.keyboard.press('Tab')
    t.equal(await focused(page), 'Sign out Firefox on Windows')
  })

  await t.test('end, all but this one, at once when there is one other', async (t) => {
    const { other, page } = await onTwo(t, site)
    await press(page, 'Sign out all others')
    await page.getByText('The other device is signed out.').waitFor()
    t.equal(await page.getByRole('listitem').count(), 1)
    t.equal(await page.getByRole('button', { name: 'Sign out all others' }).count(), 0)
    t.match(await focused(page), /This one/)
    await shows(other, 'Sign in')
  })

  await t.test('end, all but this one, when there are several, after a question', async (t) => {
    const { account, other, page } = await onTwo(t, site)
    const { accessToken } = await signInWith(site.app, account, phone)
    await page.reload()
    await row(page, 'Safari on iPhone').waitFor()
    await press(page, 'Sign out all others')
    const dialog = page.getByRole('dialog', { name: 'Sign out 2 other devices?' })
    await dialog.waitFor()
    t.equal(await focused(page), 'Cancel', 'it starts where nothing happens')
    t.same(await barriersOn(page), [])
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    t.equal(await focused(page), 'Sign out all others')
    t.equal((await askWho(site.app, accessToken)).statusCode, 200)

    await press(page, 'Sign out all others')
    await dialog.getByRole('button', { name: 'Sign out 2 devices' }).click()
    await page.getByText('2 other devices are signed out.').waitFor()
    t.equal(await page.getByRole('listitem').count(), 1)
    t.match(await focused(page), /This one/)
    await shows(other, 'Sign in')
    t.equal((await askWho(site.app, accessToken)).statusCode, 401)
  })

  await t.test('end all at once', async (t) => {
    const { other, page } = await onTwo(t, site)
    await press(page, 'Sign out everywhere')
    await shows(page, 'Sign in')
    t.equal(await page.getByText('You were signed out').count(), 0)
    await shows(other, 'Sign in')
    await other.getByText('You were signed out: this session was ended.').waitFor()
  })
})
