import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { buildApp, type AppOptions } from '../../src/app.js'
import { readConfig } from '../../src/config.js'
import { heldToDocument } from './document.js'
import { privateKeysDir } from './keys.js'
import type { Stores } from './stores.js'

/** Settings that make hashes and waits cheap, leave the pages out, and leave everything else as it is. */
const cheap = { ARGON2_MEMORY_KIB: '8192', ARGON2_PASSES: '1', RATE_LIMITS: 'off', WEB: 'off', LOG_LEVEL: 'silent' }

let keysDir: Promise<string> | undefined
let dataDir: Promise<string> | undefined

/** The whole server on these stores, closed when the test ends. Signing keys are made once a file; mails lie in `DATA_DIR`. */
export async function startApp (t: Test, stores: Pick<Stores, 'settings'>, settings: Record<string, string> = {}, options: AppOptions = {}): Promise<FastifyInstance> {
  keysDir ??= privateKeysDir()
  dataDir ??= privateDataDir()
  const config = readConfig({ KEYS_DIR: await keysDir, DATA_DIR: await dataDir, ...cheap, ...stores.settings, ...settings })
  const app = await heldToDocument(t, async () => await buildApp(config, options))
  t.teardown(async () => await app.close())
  await app.ready()
  return app
}

/** A folder that is gone when the process ends. */
async function privateDataDir (): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-data-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}
