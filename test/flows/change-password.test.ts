import t from 'tap'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { changePassword, deleteMe, newPassword } from '../helpers/accounts.js'
import { startApp } from '../helpers/app.js'
import { claimsOf, eventsOf, logIn, refreshWith, rowOf, whoIs } from '../helpers/sessions.js'
import { forEveryStore } from '../helpers/stores.js'
import { createUser, signIn, tokensOf } from '../helpers/users.js'

const statusOf = async (app: FastifyInstance, accessToken: string) => (await whoIs(app, accessToken)).statusCode

/** Shows one refresh token over and over, in two tabs. */
async function refreshWhile (app: FastifyInstance, refreshToken: string, on: () => boolean) {
  const answers: LightMyRequestResponse[] = []
  await Promise.all([1, 2].map(async () => {
    do answers.push(await refreshWith(app, refreshToken))
    while (on())
  }))
  return answers
}

t.test('A change of the password', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)

    await t.test('that fifty times races a refresh leaves nobody with a token of before', async (t) => {
      const ada = await createUser(app)
      let before = 0
      for (let round = 0; round < 50; round++) {
        const held = await signIn(app, ada, 'body')
        const { sid } = claimsOf(held.accessToken)
        const wanted = `harbour number ${round}`
        let changing = true
        const refreshing = refreshWhile(app, held.refreshToken, () => changing)
        const changed = await changePassword(app, held.accessToken, ada, wanted).finally(() => { changing = false })
        const answers = await refreshing
        before += answers.filter(({ statusCode }) => statusCode === 200).length

        ada.password = wanted
        if (changed.statusCode !== 200) throw new Error(`round ${round}: ${changed.body}`)
        const former = [held, ...answers.filter(({ statusCode }) => statusCode === 200).map(tokensOf)]
        t.same(new Set(await Promise.all(former.map(({ accessToken }) => statusOf(app, accessToken)))), new Set([401]))
        t.same(new Set(await Promise.all(former.map(async ({ refreshToken }) => (await refreshWith(app, refreshToken)).statusCode))), new Set([401]))
        t.equal(await statusOf(app, tokensOf(changed).accessToken), 200)
        t.match(await rowOf(app, sid), { endedBecause: null })
        t.notOk((await eventsOf(app, sid)).some(({ type }) => type === 'session.reuse_detected'))
      }
      t.ok(before > 0, `${before} refreshes came before`)
    })

    await t.test('that races logins with the old password leaves none of them signed in', async (t) => {
      for (let round = 0; round < 5; round++) {
        const ada = await createUser(app)
        const here = await signIn(app, ada)
        const logins = Array.from({ length: 6 }, async () => await logIn(app, ada))
        const changed = await changePassword(app, here.accessToken, ada)
        const answers = await Promise.all(logins)

        t.equal(changed.statusCode, 200)
        for (const answer of answers) {
          t.ok([200, 401].includes(answer.statusCode))
          if (answer.statusCode === 200) t.equal(await statusOf(app, tokensOf(answer).accessToken), 401)
        }
        t.equal((await logIn(app, ada)).statusCode, 401)
        t.equal((await logIn(app, { ...ada, password: newPassword })).statusCode, 200)
      }
    })

    await t.test('of five at once, from two sessions, one wins; its password is the one that holds', async (t) => {
      for (let round = 0; round < 5; round++) {
        const ada = await createUser(app)
        const sessions = [await signIn(app, ada), await signIn(app, ada)]
        const wishes = Array.from({ length: 5 }, (_, number) => `harbour number ${number}`)
        const answers = await Promise.all(wishes.map(async (wanted, number) => await changePassword(app, sessions[number % 2]?.accessToken ?? '', ada, wanted)))
        const winner = answers.findIndex(({ statusCode }) => statusCode === 200)

        t.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1)
        for (const { statusCode } of answers) t.ok([200, 401, 403].includes(statusCode), `${statusCode}`)
        t.match(await app.users.credentialsById(ada.id), { passwordVersion: 2 })
        t.same(await Promise.all(wishes.map(async (password) => (await logIn(app, { ...ada, password })).statusCode)), wishes.map((_, number) => number === winner ? 200 : 401))
        for (const { accessToken } of sessions) t.equal(await statusOf(app, accessToken), 401)
      }
    })
  })
})

t.test('A deletion', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)

    await t.test('that races logins and refreshes leaves nobody signed in', async (t) => {
      for (let round = 0; round < 5; round++) {
        const ada = await createUser(app)
        const here = await signIn(app, ada, 'body')
        let deleting = true
        const logins = Array.from({ length: 5 }, async () => await logIn(app, ada))
        const refreshing = refreshWhile(app, here.refreshToken, () => deleting)
        const gone = await deleteMe(app, here.accessToken, ada).finally(() => { deleting = false })
        const answers = [...await Promise.all(logins), ...await refreshing]

        t.equal(gone.statusCode, 204)
        for (const answer of answers) {
          t.ok([200, 401].includes(answer.statusCode))
          if (answer.statusCode === 200) t.equal(await statusOf(app, tokensOf(answer).accessToken), 401)
        }
        t.equal(await statusOf(app, here.accessToken), 401)
        t.equal((await logIn(app, ada)).statusCode, 401)
      }
    })

    await t.test('of five at once, and a change of the password among them, one is done', async (t) => {
      for (let round = 0; round < 5; round++) {
        const ada = await createUser(app)
        const here = await signIn(app, ada)
        const answers = await Promise.all([changePassword(app, here.accessToken, ada), ...Array.from({ length: 4 }, async () => await deleteMe(app, here.accessToken, ada))])

        t.equal(answers.filter(({ statusCode }) => statusCode < 300).length, 1, answers.map(({ statusCode }) => statusCode).join())
        for (const { statusCode } of answers) t.ok([200, 204, 401, 403].includes(statusCode), `${statusCode}`)
      }
    })
  })
})
