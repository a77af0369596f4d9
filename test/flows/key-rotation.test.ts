import { chmod, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { decodeProtectedHeader } from 'jose'
import t, { type Test } from 'tap'
import { purposes } from '../../src/lib/keys.js'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { pemOf, privateKeysDir, putKey } from '../helpers/keys.js'
import { refreshed, signedIn, statusOf } from '../helpers/sessions.js'
import { forEveryStore, type Stores } from '../helpers/stores.js'

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000)
const kidOf = (token: string) => decodeProtectedHeader(token).kid

const publishedKids = async (app: FastifyInstance): Promise<string[]> =>
  (await app.inject('/.well-known/jwks.json')).json().keys.map(({ kid }: { kid: string }) => kid)

/** What the server logs as an error from now on. */
function capturedErrors (app: FastifyInstance): string[] {
  const lines: string[] = []
  app.log.error = ((details: object) => { lines.push(JSON.stringify(details)) }) as typeof app.log.error
  return lines
}

/** A server with keys of its own, made an hour ago. */
async function startWithKeys (t: Test, stores: Stores) {
  const keysDir = await privateKeysDir()
  const addKeys = async (madeAt: Date) => await Promise.all(purposes.map(async (purpose) => await putKey(keysDir, purpose, 1, madeAt)))
  const app = await startApp(t, stores, { KEYS_DIR: keysDir })
  return { app, keysDir, addKeys }
}

t.test('Rotating keys', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    await t.test('a new key is published at once and does not sign yet', async (t) => {
      const { app, addKeys } = await startWithKeys(t, stores)
      const [first] = await publishedKids(app)
      await addKeys(new Date())

      await eventually(() => publishedKids(app), (kids) => kids.length === 2)
      t.equal(kidOf((await signedIn(app)).access), first)
    })

    await t.test('a key published five minutes ago signs, and what the one before it signed goes on', async (t) => {
      const { app, addKeys } = await startWithKeys(t, stores)
      const ada = await signedIn(app)
      await addKeys(minutesAgo(6))

      const [newest, first] = await eventually(() => publishedKids(app), (kids) => kids.length === 2)
      t.equal(await statusOf(app, ada.access), 200)
      t.equal(kidOf(ada.access), first)

      const after = await refreshed(app, ada.refresh)
      t.equal(kidOf(after.access), newest)
      t.not(kidOf(after.refresh), kidOf(ada.refresh))
      t.equal(await statusOf(app, after.access), 200)
    })

    await t.test('the same successor is signed with the same key, whatever was rotated meanwhile', async (t) => {
      const { app, addKeys } = await startWithKeys(t, stores)
      const ada = await signedIn(app)
      const before = await refreshed(app, ada.refresh)
      await addKeys(minutesAgo(5.1))
      await eventually(() => publishedKids(app), (kids) => kids.length === 2)

      t.same(await refreshed(app, ada.refresh), before)
    })

    await t.test('a key that is taken away has its tokens refused within a second, verified ones too', async (t) => {
      const { app, keysDir, addKeys } = await startWithKeys(t, stores)
      const ada = await signedIn(app)
      t.equal(await statusOf(app, ada.access), 200)
      const [old = ''] = await readdir(join(keysDir, 'access'))
      await addKeys(minutesAgo(6))
      await rm(join(keysDir, 'access', old))

      await eventually(() => statusOf(app, ada.access), (status) => status === 401, { within: 1000 })
      t.equal(await statusOf(app, (await refreshed(app, ada.refresh)).access), 200)
    })

    await t.test('a file that may not be used leaves the keys as they are', async (t) => {
      const { app, keysDir, addKeys } = await startWithKeys(t, stores)
      const ada = await signedIn(app)
      const log = capturedErrors(app)
      await writeFile(join(keysDir, 'access', 'broken.pem'), 'not a key', { mode: 0o600 })
      await eventually(() => log.some((line) => line.includes('broken.pem')))
      t.equal(await statusOf(app, ada.access), 200)

      await rm(join(keysDir, 'access', 'broken.pem'))
      await addKeys(minutesAgo(6))
      await eventually(() => publishedKids(app), (kids) => kids.length === 2)
      t.equal(await statusOf(app, ada.access), 200)
    })

    await t.test('a file that others could read is complained of once, and taken over once they cannot', async (t) => {
      const { app, keysDir } = await startWithKeys(t, stores)
      const log = capturedErrors(app)
      const path = join(keysDir, 'access', 'copied.pem')
      await writeFile(`${path}.draft`, pemOf('access', 1))
      await chmod(`${path}.draft`, 0o644)
      await rename(`${path}.draft`, path)
      for (let times = 0; times < 3; times++) await t.rejects(app.lookForKeys(), /chmod 600/)
      t.equal(log.length, 1)

      await chmod(path, 0o600)
      await eventually(() => publishedKids(app), (kids) => kids.length === 2, { within: 5000 })
    })
  })
})
