#!/usr/bin/env node
import { ConfigError } from '../config.js'
import { KeyRefused } from '../lib/keys.js'
import { UsageError } from './usage.js'

type Command = (words: string[]) => Promise<void>

const commands: Record<string, () => Promise<{ default: Command }>> = {
  serve: async () => await import('./serve.js'),
  migrate: async () => await import('./migrate.js'),
  keys: async () => await import('./keys.js')
}

const usage = `usage: gatehouse <command>

  serve               run the server
  migrate [--to N]    bring the tables to the newest version, or to version N
  keys create         make a new key for access tokens and one for refresh tokens
  keys list           show the keys: purpose, state, kid and age
  keys rotate         make the keys that sign next; they are published five minutes before
  keys retire         take away the keys whose last token has died
  keys retire KID     take away one of them; with --now its tokens are refused at once

The settings are those of the server: the environment, and a file .env.
`

const [name = 'help', ...words] = process.argv.slice(2)
const command = commands[name]

if (command === undefined) {
  const asked = ['help', '--help', '-h'].includes(name)
  process[asked ? 'stdout' : 'stderr'].write(usage)
  process.exitCode = asked ? 0 : 2
} else {
  try {
    await (await command()).default(words)
  } catch (error) {
    const expected = error instanceof ConfigError || error instanceof KeyRefused || error instanceof UsageError
    process.stderr.write(`gatehouse: ${expected || error instanceof Error ? (error as Error).message || String(error) : String(error)}\n`)
    process.exitCode = error instanceof UsageError ? 2 : 1
  }
}
