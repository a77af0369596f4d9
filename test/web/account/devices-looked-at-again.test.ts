import t from 'tap'
import { browserLeftOut } from '../../helpers/browser.js'
import { eventually } from '../../helpers/eventually.js'
import { createUser, signIn } from '../../helpers/users.js'
import { openSite, shows, visitAs } from '../../helpers/web.js'

const headers = { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0' }
const inTrouble = { status: 503, headers: { 'retry-after': '1', 'content-type': 'application/json' }, body: '{"status":"error","code":"unavailable","message":"later"}' }
const comeIntoSight = "document.dispatchEvent(new Event('visibilitychange'))"
const words = 'The server is in trouble. Please try again in a moment.'

t.test('the list of devices', { skip: browserLeftOut }, async (t) => {
  const site = await openSite(t)

  for (const [when, come] of [
    ['when it comes into sight', comeIntoSight],
    ['on news of the account', "new BroadcastChannel('gatehouse ' + location.origin + '/api/').postMessage({ type: 'changed', at: Date.now() })"]
  ] as const) {
    await t.test(`is looked at again ${when}`, async (t) => {
      const account = await createUser(site.app)
      const page = await visitAs(t, site, account, '/account/devices')
      await page.getByText('This one', { exact: true }).waitFor()
      await signIn(site.app, account, 'body', { headers })
      await page.evaluate(come)
      await page.getByText('Firefox on Windows').waitFor()
    })
  }

  await t.test('is looked at again every ten seconds, and what is there stays meanwhile', async (t) => {
    const account = await createUser(site.app)
    const page = await visitAs(t, site, account, '/account/devices')
    await page.clock.install()
    await page.reload()
    await page.getByText('This one', { exact: true }).waitFor()
    await signIn(site.app, account, 'body', { headers })
    const asked = site.relay.count('GET /api/sessions')
    await page.evaluate("globalThis.removed = 0; new MutationObserver((found) => { removed += found.flatMap(({ removedNodes }) => [...removedNodes]).length }).observe(document.querySelector('main'), { childList: true, subtree: true })")
    await page.clock.fastForward(10_000)
    await page.getByText('Firefox on Windows').waitFor()
    t.equal(site.relay.count('GET /api/sessions') - asked, 1)
    t.equal(await page.evaluate('removed'), 0, 'nothing flickers')
  })

  await t.test('goes on with the times it tells', async (t) => {
    const page = await visitAs(t, site, await createUser(site.app), '/account/devices')
    await page.clock.install()
    await page.reload()
    await page.getByText('Signed in just now').waitFor()
    await page.clock.fastForward(60_000)
    await page.getByText('Signed in 1 minute ago').waitFor()
  })

  await t.test('has no device come back that was signed out while an answer was on its way', async (t) => {
    const account = await createUser(site.app)
    await signIn(site.app, account, 'body', { headers })
    const page = await visitAs(t, site, account, '/account/devices')
    await page.getByText('Firefox on Windows').waitFor()
    const lists = () => site.relay.answered.filter((line) => line === 'GET /api/sessions').length
    let release = () => {}
    const before = lists()
    void site.relay.next('GET /api/sessions', { after: new Promise<void>((resolve) => { release = resolve }) })
    await page.evaluate(comeIntoSight)
    await eventually(() => lists() === before + 1)
    await page.getByRole('button', { name: 'Sign out Firefox on Windows' }).click()
    await page.getByText('Firefox on Windows is signed out.').waitFor()
    t.equal(await page.getByRole('listitem').count(), 1)
    await page.evaluate("globalThis.added = 0; new MutationObserver((found) => { added += found.flatMap(({ addedNodes }) => [...addedNodes]).length }).observe(document.querySelector('.devices'), { childList: true })")
    release()
    await eventually(() => lists() === before + 2)
    await eventually(async () => await page.evaluate("performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/api/sessions')).length") === lists() - before + 1)
    t.equal(await page.evaluate('added'), 0)
  })

  await t.test('has a device signed out once, however often one clicks', async (t) => {
    const account = await createUser(site.app)
    const page = await visitAs(t, site, account, '/account/devices')
    await signIn(site.app, account, 'body', { headers })
    await page.reload()
    const button = page.getByRole('button', { name: 'Sign out all others' })
    let release = () => {}
    const before = site.relay.count('DELETE /api/sessions')
    const reached = site.relay.next('DELETE /api/sessions', { before: new Promise<void>((resolve) => { release = resolve }) })
    await button.click()
    await reached
    t.equal(await button.getAttribute('aria-disabled'), 'true')
    for (let times = 0; times < 3; times++) await button.click({ force: true })
    release()
    await page.getByText('The other device is signed out.').waitFor()
    t.equal(site.relay.count('DELETE /api/sessions') - before, 1)
  })

  await t.test('says why it is not there, and comes when one tries again', async (t) => {
    const page = await visitAs(t, site, await createUser(site.app), '/account')
    void site.relay.next('GET /api/sessions', { answer: inTrouble })
    await page.getByRole('link', { name: 'Devices' }).click()
    await page.getByRole('alert').getByText(words).waitFor()
    t.ok(await page.getByRole('button', { name: 'Sign out', exact: true }).isVisible(), 'nobody is signed out')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('This one', { exact: true }).waitFor()
    t.equal(await page.getByText(words).count(), 0)
    t.match(await page.evaluate('document.activeElement.innerText'), /^An app on Linux This one/, 'one goes on at the list')
  })

  await t.test('stays when it cannot be looked at again', async (t) => {
    const page = await visitAs(t, site, await createUser(site.app), '/account/devices')
    await page.getByText('This one', { exact: true }).waitFor()
    void site.relay.next('GET /api/sessions', { answer: inTrouble })
    await page.evaluate(comeIntoSight)
    await page.getByRole('alert').getByText(words).waitFor()
    await page.getByText('This one', { exact: true }).waitFor()
  })

  for (const [act, name, line] of [
    ['one device', 'Sign out Firefox on Windows', 'DELETE /api/sessions/{id}'],
    ['all others', 'Sign out all others', 'DELETE /api/sessions'],
    ['everywhere', 'Sign out everywhere', 'POST /api/auth/logout']
  ] as const) {
    await t.test(`says why ${act} could not be signed out, and all stays as it is`, async (t) => {
      const account = await createUser(site.app)
      const page = await visitAs(t, site, account, '/account/devices')
      const { accessToken } = await signIn(site.app, account, 'body', { headers })
      await page.reload()
      await page.getByText('Firefox on Windows').waitFor()
      const { sid } = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()) as { sid: string }
      void site.relay.next(line.replace('{id}', sid), { answer: inTrouble })
      await page.getByRole('button', { name, exact: true }).click()
      await page.getByRole('status').getByText(words).waitFor()
      t.equal(await page.getByRole('listitem').count(), 2)
      await page.reload()
      await shows(page, 'Your devices')
    })
  }
})
