import t from 'tap'
import { startApp } from '../helpers/app.js'
import { changeEmail, changing, forgetPassword, resetPassword, resetToken, verifyEmail } from '../helpers/recovery.js'
import { refreshWith, refreshed, signedIn } from '../helpers/sessions.js'
import { forEveryStore } from '../helpers/stores.js'
import { passTime } from '../helpers/time.js'
import { bearer, createUser, signIn, uniqueEmail } from '../helpers/users.js'

t.test('Whoever puts a mail out wakes who sends it', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const ada = await createUser(app)
    const { accessToken } = await signIn(app, ada)
    const { token: change } = await changing(app)
    const reset = await resetToken(app, ada)
    const first = await signedIn(app)
    await refreshed(app, (await refreshed(app, first.refresh)).refresh)
    await passTime(app, { ...first, seconds: 11 })

    for (const [what, act] of Object.entries({
      'opening an account': async () => await createUser(app),
      'asking for the mail that verifies again': async () => await app.inject({ method: 'POST', url: '/api/auth/verify-email/send', headers: bearer(accessToken) }),
      'asking for another address': async () => await changeEmail(app, accessToken, { email: uniqueEmail(), password: ada.password }),
      'having another address': async () => await verifyEmail(app, change),
      'forgetting a password': async () => await forgetPassword(app, uniqueEmail()),
      'resetting it': async () => await resetPassword(app, reset, 'another quiet harbour'),
      'a reuse that ends a session': async () => await refreshWith(app, first.refresh)
    })) {
      await t.test(what, async (t) => {
        const woken = t.capture(app.mail, 'wake', app.mail.wake)
        await act()

        t.equal(woken().length, 1)
      })
    }
  })
})
