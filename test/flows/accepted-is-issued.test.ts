import { randomInt } from 'node:crypto'
import type { FastifyInstance, InjectOptions } from 'fastify'
import t from 'tap'
import { TokenInvalid } from '../../src/errors.js'
import { purposes, type Purpose } from '../../src/lib/keys.js'
import { startApp } from '../helpers/app.js'
import { asMachine, formType, withMachine } from '../helpers/machines.js'
import { mutate, randomFrom } from '../helpers/mutations.js'
import { forEveryStore } from '../helpers/stores.js'
import { createUser, signIn } from '../helpers/users.js'

const seed = Number(process.env.SEED ?? randomInt(2 ** 31))
const mutations = 100_000
const overHttp = 2_500
const sessions = 8

interface Surface {
  name: string
  purpose: Purpose
  with: (token: string) => InjectOptions
  /** Where a refusal is no status. */
  refusal?: string
}

const asForm = (token: string): InjectOptions => ({
  method: 'POST', url: '/api/auth/introspect', headers: { ...asMachine, 'content-type': formType }, payload: new URLSearchParams({ token }).toString()
})

const surfaces: Surface[] = [
  { name: 'the Authorization header', purpose: 'access', with: (token) => ({ url: '/api/users/me', headers: { authorization: `Bearer ${token}` } }) },
  { name: 'the access cookie', purpose: 'access', with: (token) => ({ url: '/api/users/me', headers: { cookie: `access_token=${token}` } }) },
  // Before those that trade the refresh tokens away.
  { name: 'an access token that a machine asks about', purpose: 'access', with: asForm, refusal: '{"active":false}' },
  { name: 'a refresh token that a machine asks about', purpose: 'refresh', with: asForm, refusal: '{"active":false}' },
  { name: 'the refresh cookie', purpose: 'refresh', with: (token) => ({ method: 'POST', url: '/api/auth/refresh', headers: { cookie: `refresh_token=${token}` } }) },
  { name: 'the refresh token of a body', purpose: 'refresh', with: (token) => ({ method: 'POST', url: '/api/auth/refresh', payload: { refresh_token: token } }) }
]

/** What arrives of a token: a surface may trim blanks, and a cookie ends at a semicolon or a comma. */
const arrives = (token: string) => token.trim()

async function issuedBy (app: FastifyInstance) {
  const account = await createUser(app)
  const signedIn = await Promise.all(Array.from({ length: sessions }, async () => await signIn(app, account, 'body')))
  return { access: signedIn.map(({ accessToken }) => accessToken), refresh: signedIn.map(({ refreshToken }) => refreshToken) }
}

/** So many different strings that are like a token we issued, and none that is one. */
function * mutants (issued: string[], count: number, offset: number) {
  const random = randomFrom(seed + offset)
  const known = new Set(issued)
  for (let made = 0; made < count;) {
    const token = mutate(issued[random(issued.length)] ?? '', issued[random(issued.length)] ?? '', random)
    if (known.has(arrives(token))) continue
    known.add(arrives(token))
    made++
    yield token
  }
}

t.test(`only what we issued is accepted (SEED=${seed})`, async (t) => {
  await forEveryStore(t, async (t, stores) => {
    if (stores.name !== 'embedded') return t.pass('the same code judges them')
    const app = await startApp(t, stores, withMachine)
    const issued = await issuedBy(app)

    t.test('the mutations are many and each is another string', async (t) => {
      const made = [...mutants(issued.access, 10_000, 0)]
      t.equal(new Set(made).size, 10_000)
      t.notOk(made.some((token) => issued.access.includes(token)))
    })

    for (const purpose of purposes) {
      t.test(`by what judges the ${purpose} token of every surface`, async (t) => {
        t.same(await acceptedByVerify(app, purpose, mutants(issued[purpose], mutations, 1)), [], 'accepted beyond issued')
        for (const token of issued[purpose]) await t.resolves(app.tokens.verify(purpose, token))
      })
    }

    for (const [offset, surface] of surfaces.entries()) {
      t.test(`in ${surface.name}`, async (t) => {
        const tokens = issued[surface.purpose]
        t.same(await acceptedOverHttp(app, surface, mutants(tokens, overHttp, offset + 2)), [], 'accepted beyond issued')
        for (const token of tokens) {
          const response = await app.inject(surface.with(token))
          t.equal(response.statusCode, 200)
          t.not(response.body, surface.refusal)
        }
      })
    }
  })
})

async function acceptedByVerify (app: FastifyInstance, purpose: Purpose, tokens: Iterable<string>) {
  const accepted: string[] = []
  const judge = async (token: string) => {
    try {
      await app.tokens.verify(purpose, token)
      accepted.push(token)
    } catch (error) {
      if (!(error instanceof TokenInvalid)) throw error
    }
  }

  let judged: Promise<void>[] = []
  for (const token of tokens) {
    judged.push(judge(token))
    if (judged.length < 100) continue
    await Promise.all(judged)
    judged = []
  }
  await Promise.all(judged)
  return accepted
}

// Anything but a refusal counts, errors of ours too. What no header can hold, no header brings.
async function acceptedOverHttp (app: FastifyInstance, surface: Surface, tokens: Iterable<string>) {
  const accepted: string[] = []
  for (const token of tokens) {
    const sent = 'payload' in surface.with(token) ? token : token.replace(/[^\t\x20-\xff]|[\t;,]/g, '~')
    const { statusCode, body } = await app.inject(surface.with(sent))
    if (statusCode !== 401 && statusCode !== 400 && body !== surface.refusal) accepted.push(`${statusCode}: ${token}`)
  }
  return accepted
}
