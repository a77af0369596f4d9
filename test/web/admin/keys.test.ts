import { cp, rm } from 'node:fs/promises'
import t, { type Test } from 'tap'
import { createKeyPem } from '../../../src/lib/keys.js'
import { browserLeftOut } from '../../helpers/browser.js'
import { visitAsAdmin } from '../../helpers/administration.js'
import { eventually } from '../../helpers/eventually.js'
import { privateKeysDir } from '../../helpers/keys.js'
import { privateFolder } from '../../helpers/services.js'
import { openSite, shows } from '../../helpers/web.js'

/** Keys of this test alone: it adds to them. */
async function ownKeys (t: Test): Promise<string> {
  const folder = await privateFolder()
  t.teardown(async () => await rm(folder, { recursive: true, force: true }))
  await cp(await privateKeysDir(), folder, { recursive: true })
  return folder
}

t.test('signing keys, for administrators', { skip: browserLeftOut }, async (t) => {
  await t.test('are followed by others once one has said so, and not twice', async (t) => {
    const site = await openSite(t, { KEYS_DIR: await ownKeys(t) })
    const page = await visitAsAdmin(t, site, '/admin/keys')
    await shows(page, 'Signing keys')
    await page.getByText('Signs now').first().waitFor()
    t.equal(await page.getByText('Signs now').count(), 2)

    await page.getByRole('button', { name: 'Make the next keys …' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Make them' }).click()
    await page.getByText('New keys are published, and sign in about five minutes.').waitFor()
    await page.getByText('The next keys are made already').waitFor()
    t.equal(await page.getByText('Signs next').count(), 2)
    t.equal(await page.getByText('Signs now').count(), 2, 'those of before go on')
    t.equal((await site.app.inject('/.well-known/jwks.json')).json().keys.length, 2)
    t.ok(await page.getByRole('button', { name: 'Sign out', exact: true }).isVisible(), 'nobody is signed out')
    t.equal(await page.getByRole('button', { name: /next keys/ }).count(), 0, 'once more is not offered')
    await eventually(async () => await page.evaluate('document.activeElement.id'), (id) => id === 'rotation')
  })

  await t.test('that somebody else has just had followed are not followed twice: the dialog says so', async (t) => {
    const site = await openSite(t, { KEYS_DIR: await ownKeys(t) })
    const page = await visitAsAdmin(t, site, '/admin/keys')
    await page.getByRole('button', { name: 'Make the next keys …' }).click()
    await site.app.keyRotation.rotate()
    await page.getByRole('dialog').getByRole('button', { name: 'Make them' }).click()
    await page.getByText('Somebody else has just made the next keys.').waitFor()
  })

  await t.test('that are kept elsewhere are followed there: the page says how', async (t) => {
    const base64 = () => Buffer.from(createKeyPem(2048)).toString('base64')
    const site = await openSite(t, { ACCESS_TOKEN_PRIVATE_KEY: base64(), REFRESH_TOKEN_PRIVATE_KEY: base64() })
    const page = await visitAsAdmin(t, site, '/admin/keys')
    await page.getByText('gatehouse keys rotate').waitFor()
    t.equal(await page.getByRole('button', { name: /next keys/ }).count(), 0)
  })
})
