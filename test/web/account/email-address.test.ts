import t from 'tap'
import { browserLeftOut } from '../../helpers/browser.js'
import { mailsSentTo, mailTo, tokenSentTo } from '../../helpers/outbox.js'
import { createUser, uniqueEmail } from '../../helpers/users.js'
import { openBeside, openSite, shows, visitAs } from '../../helpers/web.js'

t.test('the address of an account', { skip: browserLeftOut }, async (t) => {
  const site = await openSite(t)

  await t.test('is not verified until the mailed link is used, and one sees at once that it was', async (t) => {
    const account = await createUser(site.app)
    const page = await visitAs(t, site, account)
    await page.getByText('Not verified', { exact: true }).waitFor()
    const token = await tokenSentTo(site.app, account.email, /Confirm your email/)
    const answer = await site.app.inject({ method: 'POST', url: '/api/auth/verify-email', payload: { token } })
    t.equal(answer.statusCode, 200)
    await page.getByText('Verified', { exact: true }).waitFor()
    t.equal(await page.getByRole('button', { name: 'Send the link again' }).count(), 0)
  })

  await t.test('is mailed the link again', async (t) => {
    const account = await createUser(site.app)
    const page = await visitAs(t, site, account)
    const before = (await mailsSentTo(site.app, account.email)).length
    await page.getByRole('button', { name: 'Send the link again' }).click()
    await page.getByRole('status').getByText(`A link is on its way to ${account.email}. It works once, within 24 hours.`).waitFor()
    t.equal((await mailsSentTo(site.app, account.email)).length, before + 1)
  })

  await t.test('says so when there were too many mails', async (t) => {
    const page = await visitAs(t, site, await createUser(site.app))
    void site.relay.next('POST /api/auth/verify-email/send', {
      answer: { status: 429, headers: { 'retry-after': '120', 'content-type': 'application/json' }, body: '{"status":"fail","code":"too_many_requests","message":"wait"}' }
    })
    await page.getByRole('button', { name: 'Send the link again' }).click()
    await page.getByText('Too many requests. Please wait 2 minutes before the next one.').waitFor()
  })

  await t.test('says beside each field why it is not changed', async (t) => {
    const [account, taken] = [await createUser(site.app), await createUser(site.app)]
    const page = await visitAs(t, site, account)
    await page.getByText('Change the address').click()
    for (const [email, password, words, field] of [
      [uniqueEmail(), 'not her password', 'That is not your current password.', 'password'],
      [taken.email, account.password, /This address has an account already/, 'email'],
      ['ada', account.password, 'Enter an email address, such as ada@example.com.', 'email']
    ] as const) {
      await page.getByLabel('New address').fill(email)
      await page.getByLabel('Current password', { exact: true }).fill(password)
      await page.getByRole('button', { name: 'Mail me a link' }).click()
      await page.getByText(words).waitFor()
      t.equal(await page.evaluate('document.activeElement.name'), field)
      t.equal(await page.locator('[aria-invalid=true]').count(), 1)
    }
  })

  await t.test('changes once the link that is mailed to the new one is confirmed', async (t) => {
    const account = await createUser(site.app)
    const email = uniqueEmail()
    const page = await visitAs(t, site, account)
    await page.getByText('Change the address').click()
    await page.getByLabel('New address').fill(email)
    await page.getByLabel('Current password', { exact: true }).fill(account.password)
    await page.getByRole('button', { name: 'Mail me a link' }).click()
    await page.getByText(`A link was mailed to ${email}. Your address changes once you open it and confirm; until then it stays ${account.email}.`).waitFor()
    t.equal(await page.evaluate('document.activeElement.localName'), 'summary', 'the form is put away')
    t.same(await page.locator('.address span').allInnerTexts(), [account.email, 'Not verified'])

    const { token } = await mailTo(site.app, email)
    const other = await openBeside(page, `/verify-email?token=${token}`)
    await other.getByRole('button', { name: 'Confirm my address' }).click()
    await shows(other, 'Thank you')
    await page.locator('.address').getByText(email).waitFor()
    await page.getByText('Verified', { exact: true }).waitFor()
  })
})
