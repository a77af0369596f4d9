import t from 'tap'
import { login, newAddress, open, startLimited, times } from '../../helpers/limits.js'
import { forEveryStore } from '../../helpers/stores.js'
import { uniqueEmail } from '../../helpers/users.js'

t.test('limits of login', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const { app, clock } = await startLimited(t, stores)
    const wrong = 'not her password'

    await t.test('10 failures an account and address, then 429 too_many_attempts with Retry-After, also for the right password', async (t) => {
      const [ada, from] = [await open(app), newAddress()]
      const failures = await times(10, () => login(app, ada, wrong, from))
      t.same(new Set(failures.map(({ statusCode }) => statusCode)), new Set([401]))

      for (const password of [wrong, ada.password]) {
        const refusal = await login(app, ada, password, from)
        t.equal(refusal.statusCode, 429)
        t.match(refusal.json(), { status: 'fail', code: 'too_many_attempts' })
        t.equal(refusal.headers['retry-after'], '1')
        t.equal(refusal.headers['set-cookie'], undefined)
      }
    })

    await t.test('an address that no account has is refused alike', async (t) => {
      const [nobody, from] = [{ email: uniqueEmail() }, newAddress()]
      await times(10, () => login(app, nobody, wrong, from))

      t.match((await login(app, nobody, wrong, from)).json(), { code: 'too_many_attempts' })
    })

    if (stores.name === 'embedded') {
      await t.test('the wait doubles from 1 s to 15 minutes, and a right password after it gets in', async (t) => {
        const [ada, from] = [await open(app), newAddress()]
        await times(10, () => login(app, ada, wrong, from))
        const waits: number[] = []
        for (let round = 0; round < 13; round++) {
          const wait = Number((await login(app, ada, wrong, from)).headers['retry-after'])
          waits.push(wait)
          clock.ahead += wait * 1000
          t.equal((await login(app, ada, wrong, from)).statusCode, 401, `a guess after ${wait} s is judged`)
        }
        t.same(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900])

        clock.ahead += 900_000
        t.equal((await login(app, ada, ada.password, from)).statusCode, 200)
        t.equal((await login(app, ada, wrong, from)).statusCode, 401, 'and the count begins anew')
      })
    }

    await t.test('a success forgives the failures before it', async (t) => {
      const [ada, from] = [await open(app), newAddress()]
      for (let round = 0; round < 3; round++) {
        await times(9, () => login(app, ada, wrong, from))
        t.equal((await login(app, ada, ada.password, from)).statusCode, 200)
      }
    })

    await t.test('an account that is slowed down at one address is not at another', async (t) => {
      const [ada, from] = [await open(app), newAddress()]
      await times(11, () => login(app, ada, wrong, from))

      t.equal((await login(app, ada, ada.password, newAddress())).statusCode, 200)
      t.equal((await login(app, await open(app), wrong, from)).statusCode, 401, 'nor is another account there')
    })

    await t.test('of 100 wrong guesses at once no more than 10 are judged', async (t) => {
      const [ada, from] = [await open(app), newAddress()]
      const judged = t.capture(app.passwords, 'verify', app.passwords.verify)
      const answers = await Promise.all(Array.from({ length: 100 }, () => login(app, ada, wrong, from)))
      const guesses = judged().length
      const count = (status: number) => answers.filter(({ statusCode }) => statusCode === status).length

      // One that a busy node cannot have counted in time is answered 503, and not judged either.
      const uncounted = count(503)
      t.ok(guesses === 10 || (guesses > 0 && guesses < 10 && uncounted > 0), `${guesses} were judged, ${uncounted} could not be counted`)
      t.equal(count(401), guesses)
      t.equal(count(429), 100 - guesses - uncounted)
    })

    await t.test('ten right ones at once all succeed', async (t) => {
      const [ada, from] = [await open(app), newAddress()]
      for (let round = 0; round < 3; round++) {
        const answers = await Promise.all(Array.from({ length: 10 }, () => login(app, ada, ada.password, from)))
        t.same(answers.map(({ statusCode }) => statusCode), Array.from({ length: 10 }, () => 200))
      }
    })

    await t.test('right ones leave nothing in the count of strangers, however many come at once from a new address', async (t) => {
      const ada = await open(app)
      for (let round = 0; round < 6; round++) {
        const from = newAddress()
        await Promise.all(Array.from({ length: 10 }, () => login(app, ada, ada.password, from)))
      }
      const strangers = await times(5, async () => await times(10, () => login(app, ada, wrong, newAddress())))

      t.same(new Set(strangers.flat().map(({ statusCode }) => statusCode)), new Set([401]))
      t.equal((await login(app, ada, wrong, newAddress())).statusCode, 429)
    })

    await t.test('failures from addresses an account never signed in from share one count of 50, which keeps nobody out elsewhere', async (t) => {
      const [ada, home] = [await open(app), newAddress()]
      t.equal((await login(app, ada, ada.password, home)).statusCode, 200)
      for (let stranger = 0; stranger < 5; stranger++) {
        const from = newAddress()
        await times(10, () => login(app, ada, wrong, from))
      }

      t.match((await login(app, ada, wrong, newAddress())).json(), { code: 'too_many_attempts' })
      t.equal((await login(app, ada, ada.password, home)).statusCode, 200)
    })

    await t.test('300 an address in 15 minutes, whichever the accounts', async (t) => {
      const from = newAddress()
      t.capture(app.passwords, 'verify', async () => false)
      const answers = await times(301, () => login(app, { email: uniqueEmail() }, wrong, from))

      t.equal(answers.filter(({ statusCode }) => statusCode === 401).length, 300)
      t.equal(answers.at(-1)?.statusCode, 429)
      t.ok(Number(answers.at(-1)?.headers['retry-after']) > 600)
    })
  })
})
