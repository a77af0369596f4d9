#!/usr/bin/env node
import { UsageError } from './usage.js'

type Command = (words: string[]) => Promise<void>

const commands: Record<string, () => Promise<{ default: Command }>> = {
  serve: async () => await import('./serve.js'),
  migrate: async () => await import('./migrate.js'),
  keys: async () => await import('./keys.js'),
  users: async () => await import('./users.js'),
  sessions: async () => await import('./sessions.js'),
  doctor: async () => await import('./doctor.js')
}

const usage = `usage: gatehouse <command>

  serve               run the server
  migrate [--to N]    bring the tables to the newest version, or to version N
  keys create         make a new key for access tokens and one for refresh tokens
  keys list           show the keys: purpose, state, kid and age
  keys rotate         make the keys that sign next; they are published five minutes before
  keys retire         take away the keys whose last token has died
  keys retire KID     take away one of them; with --now its tokens are refused at once
  users create EMAIL  open an account; its password is asked for, piped in, or made with --generate; --name, --role
  users role EMAIL R  make somebody admin, or user again; the first administrator is made here
  users disable EMAIL shut somebody out; enable lets in again
  users list          show users, with --q WORDS and --role R only some
  users import FILE   bring in users from JSON lines, their password hashes as they are; - is standard input
  users export [FILE] write all users as JSON lines, with their password hashes
  sessions list       show live sessions, newest use first; --user EMAIL|ID, --limit N
  sessions end ID…    end these sessions; or all of --user EMAIL|ID, or those of --everyone
  doctor              check settings, stores, keys, cookies and mail, and say what to do; --origin ORIGIN of a browser app, --json

The settings are those of the server: the environment, and a file .env.
`

const [name = 'help', ...words] = process.argv.slice(2)
const command = Object.hasOwn(commands, name) ? commands[name] : undefined

if (command === undefined) {
  const asked = ['help', '--help', '-h'].includes(name)
  process[asked ? 'stdout' : 'stderr'].write(usage)
  process.exitCode = asked ? 0 : 2
} else {
  try {
    await (await command()).default(words)
  } catch (error) {
    // `parseArgs` names the word that it does not know.
    const misused = error instanceof UsageError || String((error as { code?: string }).code).startsWith('ERR_PARSE_ARGS_')
    process.stderr.write(`gatehouse: ${error instanceof Error ? error.message || String(error) : String(error)}\n`)
    process.exitCode = misused ? 2 : 1
  }
}
