import t, { type Test } from 'tap'
import { startApp } from '../helpers/app.js'
import { forEveryStore } from '../helpers/stores.js'
import { createUser, uniqueEmail, type Account } from '../helpers/users.js'

const least = 200
const most = 2000
const nearEnough = 0.03
const defaultHashes = { ARGON2_MEMORY_KIB: '19456', ARGON2_PASSES: '2' }

type Ask = (email: string) => Promise<unknown>

const median = (numbers: number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

async function milliseconds (ask: Ask, email: string): Promise<number> {
  const begun = performance.now()
  await ask(email)
  return performance.now() - begun
}

/**
 * Asks in turn for addresses that somebody has and others, until the medians are near enough; a machine that does other things too needs
 * more of them.
 */
async function areAlike (t: Test, ask: Ask, accounts: Account[]) {
  const [known, unknown]: [number[], number[]] = [[], []]
  const difference = () => median(known) / median(unknown) - 1

  while (known.length < most && !(known.length >= least && Math.abs(difference()) <= nearEnough)) {
    const turns = [
      async () => known.push(await milliseconds(ask, accounts[known.length % accounts.length]?.email ?? '')),
      async () => unknown.push(await milliseconds(ask, uniqueEmail()))
    ]
    for (const turn of Math.random() < 0.5 ? turns : turns.reverse()) await turn()
  }
  t.ok(Math.abs(difference()) <= nearEnough, `${(difference() * 100).toFixed(1)} % apart in ${known.length} of each`)
}

t.test('Time does not tell whether an address has an account', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores, defaultHashes)
    const accounts: Account[] = []
    for (let number = 0; number < 20; number++) accounts.push(await createUser(app))
    const server = await app.listen({ port: 0 })
    const post = async (path: string, body: object) => {
      const response = await fetch(`${server}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
      return await response.text()
    }

    await t.test('to whoever forgot its password', async (t) => {
      await areAlike(t, async (email) => await post('/api/auth/forgot-password', { email }), accounts)
    })

    await t.test('to whoever guesses its password', async (t) => {
      await areAlike(t, async (email) => await post('/api/auth/login', { email, password: 'not her password' }), accounts)
    })
  })
})
