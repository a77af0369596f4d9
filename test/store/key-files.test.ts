import { chmod, mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createKeyRing, publishedSeconds } from '../../src/lib/key-ring.js'
import { createKeyPem, purposes, type Purpose } from '../../src/lib/keys.js'
import { createKeyFile, loadKeys, readKeyFiles, rotateKeyFiles } from '../../src/store/key-files.js'
import { privateFolder } from '../helpers/services.js'

const pems = { access: createKeyPem(2048), refresh: createKeyPem(2048) }

async function keysFolder (t: Test) {
  const folder = await privateFolder()
  t.teardown(async () => await rm(folder, { recursive: true, force: true }))
  return folder
}

async function write (folder: string, purpose: Purpose, name: string, pem = pems[purpose], mode = 0o600) {
  await mkdir(join(folder, purpose), { recursive: true })
  const path = join(folder, purpose, name)
  await writeFile(path, pem)
  await chmod(path, mode)
  return path
}

const settings = (keysDir: string, changes: object = {}) => ({ keysDir, production: false, ...changes })

t.test('an empty folder', async (t) => {
  t.test('gets one key a purpose, of 3072 bits, which its owner alone can read', async (t) => {
    const keysDir = join(await keysFolder(t), 'keys')
    await loadKeys(settings(keysDir))

    for (const purpose of purposes) {
      const [name = '', ...more] = await readdir(join(keysDir, purpose))
      t.same(more, [])
      t.match(name, /^\d{8}T\d{6}Z-[\w-]{8}\.pem$/)
      t.equal((await stat(join(keysDir, purpose, name))).mode & 0o777, 0o600)
      t.equal((await stat(join(keysDir, purpose))).mode & 0o777, 0o700)
      const [file] = await readKeyFiles(keysDir, purpose)
      t.equal(Buffer.from(file?.key.jwk.n ?? '', 'base64url').length * 8, 3072)
    }
  })

  t.test('gives the same keys at the next start', async (t) => {
    const keysDir = await keysFolder(t)
    const kids = async () => [...createKeyRing(await loadKeys(settings(keysDir))).kids()]
    t.same(await kids(), await kids())
  })

  t.test('is refused in production, with the remedy, and stays empty', async (t) => {
    const keysDir = await keysFolder(t)
    await t.rejects(loadKeys(settings(keysDir, { production: true })), { message: /KEYS_DIR=.* holds no key for access tokens: make one with `gatehouse keys create`/ })
    t.same(await readdir(keysDir), [])
  })
})

t.test('a key file', async (t) => {
  for (const mode of [0o644, 0o640, 0o604, 0o660, 0o666, 0o610, 0o601]) {
    t.test(`of mode ${mode.toString(8)} is refused with the remedy`, async (t) => {
      const keysDir = await keysFolder(t)
      const path = await write(keysDir, 'access', 'a.pem', pems.access, mode)
      await t.rejects(readKeyFiles(keysDir, 'access'), { message: `${path} can be read by others: run \`chmod 600 ${path}\`` })
    })
  }

  for (const mode of [0o600, 0o400, 0o700]) {
    t.test(`of mode ${mode.toString(8)} is read`, async (t) => {
      const keysDir = await keysFolder(t)
      await write(keysDir, 'access', 'a.pem', pems.access, mode)
      t.equal((await readKeyFiles(keysDir, 'access')).length, 1)
    })
  }

  const refused: [string, string, RegExp][] = [
    ['of 1024 bits', generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), /a\.pem has 1024 bits/],
    ['of an elliptic curve', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), /a\.pem is a key of type ec/],
    ['of garbage', 'garbage', /a\.pem is not a private key/],
    ['that is empty', '', /a\.pem is not a private key/]
  ]
  for (const [title, pem, message] of refused) {
    t.test(`${title} is refused by its name, though a good one lies beside it`, async (t) => {
      const keysDir = await keysFolder(t)
      await write(keysDir, 'access', 'a.pem', pem)
      await write(keysDir, 'access', 'b.pem')
      await t.rejects(loadKeys(settings(keysDir)), { message })
    })
  }

  t.test('of another name is no key: a draft, a public key, a page', async (t) => {
    const keysDir = await keysFolder(t)
    for (const name of ['a.pem.draft', 'public.txt', 'README.md']) await write(keysDir, 'access', name, 'garbage', 0o644)
    t.same(await readKeyFiles(keysDir, 'access'), [])
  })
})

t.test('rotating makes a key for each purpose, or none', async (t) => {
  const keysDir = await keysFolder(t)
  const now = new Date(Date.UTC(2026, 0, 1))
  const seconds = now.getTime() / 1000
  const first = await rotateKeyFiles(keysDir, now)
  t.same(first.map(({ purpose, signsFrom }) => [purpose, signsFrom]), [['access', seconds], ['refresh', seconds]], 'at once when there was none')

  const later = new Date(now.getTime() + 1000)
  const second = await rotateKeyFiles(keysDir, later)
  t.same(second.map(({ signsFrom }) => signsFrom), [seconds + 1 + publishedSeconds, seconds + 1 + publishedSeconds])
  t.same(await Promise.all(purposes.map(async (purpose) => (await readdir(join(keysDir, purpose))).length)), [2, 2])

  await rm(join(keysDir, 'refresh'), { recursive: true })
  await writeFile(join(keysDir, 'refresh'), 'no folder')
  await t.rejects(rotateKeyFiles(keysDir, later))
  t.equal((await readdir(join(keysDir, 'access'))).length, 2, 'the one that was made is taken away again')
})

t.test('the same key for access and refresh tokens is refused', async (t) => {
  const keysDir = await keysFolder(t)
  await write(keysDir, 'access', 'a.pem')
  await write(keysDir, 'refresh', 'a.pem', pems.access)
  const keys = await loadKeys(settings(keysDir))
  t.throws(() => createKeyRing(keys), { message: /same key/ })
})

t.test('of several keys', async (t) => {
  const made = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000)
  const at = (seconds: number) => made(seconds).getTime() / 1000

  t.test('the newest signs once it has been published long enough, by the time in its name', async (t) => {
    const keysDir = await keysFolder(t)
    const old = await createKeyFile(keysDir, 'access', made(0))
    const young = await createKeyFile(keysDir, 'access', made(10_000))
    await write(keysDir, 'refresh', 'a.pem')
    await utimes(old.path, made(20_000), made(20_000))

    const ring = createKeyRing(await loadKeys(settings(keysDir)))
    t.equal(ring.signing('access', at(10_000 + publishedSeconds - 1)).kid, old.key.kid)
    t.equal(ring.signing('access', at(10_000 + publishedSeconds)).kid, young.key.kid)
    t.same(ring.jwks().keys.map(({ kid }) => kid), [young.key.kid, old.key.kid], 'both are published')
  })

  t.test('the newest is told by when its file was written, where its name tells no time', async (t) => {
    const keysDir = await keysFolder(t)
    const [young, old] = [await write(keysDir, 'access', 'a.pem'), await write(keysDir, 'access', 'b.pem', createKeyPem(2048))]
    await utimes(old, made(0), made(0))
    await utimes(young, made(10_000), made(10_000))
    t.same((await readKeyFiles(keysDir, 'access')).map(({ key }) => key.createdAt), [at(10_000), at(0)])
  })
})

t.test('keys of the environment', async (t) => {
  const base64 = (pem: string) => Buffer.from(pem).toString('base64')
  const inEnvironment = (access: string, refresh: string) => ({ accessTokenPrivateKey: access, refreshTokenPrivateKey: refresh, production: true })

  t.test('are used instead of files, in production too, and no folder is made', async (t) => {
    const keysDir = join(await keysFolder(t), 'keys')
    const { access, refresh } = await loadKeys(settings(keysDir, inEnvironment(base64(pems.access), base64(pems.refresh))))
    t.same([access.length, refresh.length], [1, 1])
    await t.rejects(stat(keysDir), { code: 'ENOENT' })
  })

  for (const garbage of ['hunter2', base64('hunter2'), pems.access]) {
    t.test(`are refused by their name and not said again: ${garbage.slice(0, 12)}`, async (t) => {
      const refusal = await loadKeys(settings('none', inEnvironment(garbage, base64(pems.refresh)))).catch((error) => error)
      t.match(refusal.message, /^ACCESS_TOKEN_PRIVATE_KEY /)
      t.notMatch(refusal.message, garbage.slice(0, 30))
    })
  }
})
