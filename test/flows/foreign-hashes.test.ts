import { pbkdf2Sync, randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { startApp } from '../helpers/app.js'
import { foreignHashes } from '../helpers/foreign-hashes.js'
import { forEveryStore } from '../helpers/stores.js'
import { uniqueEmail } from '../helpers/users.js'

async function bring (app: FastifyInstance, passwordHash: string) {
  const email = uniqueEmail()
  await app.sql`insert into users (id, name, email, password_hash) values (${randomUUID()}, 'Ada', ${email}, ${passwordHash})`
  return {
    email,
    logIn: async (password: string) => (await app.inject({ method: 'POST', url: '/api/auth/login', payload: { email, password } })).statusCode,
    stored: async () => (await app.users.credentialsOf(email))?.passwordHash
  }
}

const longEnough = foreignHashes.filter(([, password]) => password.length >= 8)

t.test('somebody whose password was hashed elsewhere', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)

    for (const [origin, password, hash] of longEnough) {
      await t.test(`logs in with it, and is hashed as ours are from then on: ${origin}`, async (t) => {
        const somebody = await bring(app, hash)
        t.equal(await somebody.logIn(`not ${password}`), 401)
        t.equal(await somebody.stored(), hash, 'a wrong password renews nothing')
        t.equal(await somebody.logIn(password), 200)

        const renewed = await somebody.stored()
        if (!hash.startsWith('$argon2id$')) t.match(renewed, /^\$argon2id\$v=19\$m=8192,t=1,p=1\$/)
        t.equal(await somebody.logIn(password), 200)
        t.equal(await somebody.logIn(`not ${password}`), 401)
        t.equal(await somebody.stored(), renewed, 'once')
      })
    }

    await t.test('by bcrypt, which reads 72 bytes, is known by all of the password from the first login on', async (t) => {
      const [, password = '', hash = ''] = foreignHashes.find(([origin]) => origin.startsWith('bcrypt of 72')) ?? []
      const somebody = await bring(app, hash)
      t.equal(await somebody.logIn(`${password}, and what bcrypt never read`), 200)
      t.equal(await somebody.logIn(password), 401)
      t.equal(await somebody.logIn(`${password}, and what bcrypt never read`), 200)
    })

    await t.test('as it was typed, logs in with it typed so, and however its accents are written after that', async (t) => {
      const [composed, typed] = ['Vi\u1ec7t-Nam-1815', 'Vi\u00ea\u0323t-Nam-1815']
      const hash = pbkdf2Sync(typed, 'saltsalt', 10, 32, 'sha256').toString('base64')
      const somebody = await bring(app, `pbkdf2_sha256$10$saltsalt$${hash}`)
      t.equal(await somebody.logIn(composed), 401)
      t.equal(await somebody.logIn(typed), 200)
      t.equal(await somebody.logIn(composed), 200)
    })

    for (const hash of ['$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'pbkdf2_sha256$4294967295$saltsalt$8xBlGd3jVgvJ+92hWPxi5ww0uuAuAnKgC45eudxro7c=', 'a password in plain text']) {
      await t.test(`cannot log in when it asks for too much, or is none: ${hash.slice(0, 28)}`, async (t) => {
        const somebody = await bring(app, hash)
        t.equal(await somebody.logIn('password'), 401)
        t.equal(await somebody.logIn(hash), 401)
        t.equal(await somebody.stored(), hash)
      })
    }

    await t.test('and changed while it was being renewed, keeps the changed one', async (t) => {
      const [, password = '', hash = ''] = longEnough.find(([origin]) => origin.includes('Werkzeug')) ?? []
      const somebody = await bring(app, hash)
      const changed = await app.passwords.hash('of another day altogether')
      const { rehash } = app.users
      app.users.rehash = async (...words) => {
        await app.sql`update users set password_hash = ${changed}, password_version = password_version + 1 where email = ${somebody.email}`
        await rehash(...words)
      }
      await somebody.logIn(password)
      app.users.rehash = rehash

      t.equal(await somebody.stored(), changed)
      t.equal(await somebody.logIn(password), 401)
      t.equal(await somebody.logIn('of another day altogether'), 200)
    })
  })
})
