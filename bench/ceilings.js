import { fileURLToPath } from 'node:url'
import { run } from './processes.js'

const file = (name) => fileURLToPath(new URL(name, import.meta.url))

// Each in a process of its own, so that nothing of ours shares its threads.
export function signaturesPerSecond ({ keys, seconds, core }) {
  return measured('ceilings/sign.js', { KEYS_DIR: keys, SECONDS: String(seconds) }, core)
}

export function hashesPerSecond ({ threads, seconds, core }) {
  return measured('ceilings/hash.js', { THREADS: String(threads), SECONDS: String(seconds) }, core)
}

async function measured (name, env, core) {
  const output = await run(process.execPath, [file(name)], { core, env: { PATH: process.env.PATH, ...env } })
  return Number(output)
}
