import { join } from 'node:path'
import t from 'tap'
import type { Config } from '../../src/config.js'
import { browserLeftOut, startBrowser } from '../helpers/browser.js'
import { mailTo } from '../helpers/outbox.js'
import { clientOf, somebodysApp, withGatehouse } from '../helpers/host.js'
import { workplace } from '../helpers/programs.js'
import { startRelay } from '../helpers/relay.js'
import type { Stores } from '../helpers/stores.js'
import { shows, signInOn, visit } from '../helpers/web.js'

const prefix = '/v1/id'

t.test('the pages inside somebody\'s app', async (t) => {
  const stores: Stores = { name: 'embedded', settings: { DATA_DIR: join(await workplace(t), 'data') } }

  await t.test('are left out unless they are asked for: what is at their paths is the host\'s', async (t) => {
    const host = await withGatehouse(t, stores, { prefix: '' })
    host.get('/', async () => 'mine')
    t.equal((await host.inject('/')).body, 'mine')
    t.equal((await host.inject('/sign-in')).statusCode, 404)
    await host.close()
  })

  await t.test('lie below the prefix, and so do their links and those of mails', { skip: browserLeftOut }, async (t) => {
    const browser = await startBrowser(t)
    const relay = await startRelay(t, '')
    const host = await withGatehouse(t, stores, { prefix, web: true, publicUrl: relay.origin }, somebodysApp(t))
    relay.to = await host.listen({ port: 0, host: '127.0.0.1' })
    const { account, register } = clientOf(host, prefix)
    await register()

    const page = await visit(t, { browser, origin: relay.origin }, `${prefix}/`)
    await shows(page, 'Sign in')
    await page.waitForURL(`${relay.origin}${prefix}/sign-in`)
    await page.getByRole('link', { name: 'Open an account' }).click()
    await shows(page, 'Open an account')
    await page.goBack()
    await signInOn(page, account)
    await page.waitForURL(`${relay.origin}${prefix}/account`)

    const { text } = await mailTo({ config: { dataDir: stores.settings.DATA_DIR } as Config }, account.email, /Confirm your email/)
    const link = new URL(/http\S+/.exec(text)?.[0] ?? '')
    t.equal(link.pathname, `${prefix}/verify-email`)
    await page.goto(link.href)
    await page.getByRole('button', { name: 'Confirm my address' }).click()
    await shows(page, 'Thank you')
  })
})
