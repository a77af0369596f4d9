import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKeyPem, purposes, type Purpose } from '../../src/lib/keys.js'

/** Keys of the smallest size that is accepted, made once a process: making one takes longer than most tests. */
const made = new Map<string, string>()

export function pemOf (purpose: Purpose, number: number): string {
  const name = `${purpose} ${number}`
  const pem = made.get(name) ?? createKeyPem(2048)
  made.set(name, pem)
  return pem
}

/** Puts the key of a number where the server looks for it, made at a time of our choosing; gives its path. */
export async function putKey (keysDir: string, purpose: Purpose, number: number, madeAt: Date): Promise<string> {
  const stamp = madeAt.toISOString().slice(0, 19).replace(/[-:]/g, '')
  const path = join(keysDir, purpose, `${stamp}Z-${number}.pem`)
  await mkdir(join(keysDir, purpose), { recursive: true, mode: 0o700 })
  await writeFile(path, pemOf(purpose, number), { mode: 0o600 })
  return path
}

/** A folder of keys made an hour ago, gone when the process ends. */
export async function privateKeysDir (): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-keys-'))
  for (const purpose of purposes) await putKey(folder, purpose, 0, new Date(Date.now() - 3_600_000))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}
