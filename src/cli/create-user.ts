import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { Type, type Static } from 'typebox'
import { configOfProcess, type Config } from '../config.js'
import { weaknessOf } from '../lib/password-rules.js'
import { createPasswords } from '../lib/passwords.js'
import { createJudges } from '../lib/validation.js'
import { Email, Name, NewPassword, Role } from '../schemas.js'
import { createUsersStore } from '../store/users/postgres.js'
import { askPassword } from './ask-password.js'
import { withDatabase } from './database.js'
import { UsageError } from './usage.js'

const usage = 'usage: gatehouse users create EMAIL [--name NAME] [--role user|admin] [--generate]'

const Account = Type.Object({ email: Email, name: Name, role: Role, password: NewPassword })
type Account = Static<typeof Account>

/** Opens an account, its password typed at a terminal, piped in, or with `--generate` made and shown once. */
export default async function createUserCommand (words: string[]) {
  const { values, positionals: [email, ...more] } = parseArgs({
    args: words,
    allowPositionals: true,
    options: { name: { type: 'string' }, role: { type: 'string', default: 'user' }, generate: { type: 'boolean', default: false } }
  })
  if (email === undefined || more.length > 0) throw new UsageError(usage)
  const config = configOfProcess()
  const { name = email.split('@')[0] ?? '', role, generate } = values

  // What is wrong with the rest is said before a password is asked for.
  const rest = { email, name, role, password: generatePassword(config) }
  judge(config, rest)
  const account = { ...rest, ...(generate ? {} : { password: await askPassword() }) }
  judge(config, account)
  const weakness = await weaknessOf(account.password, account)
  if (weakness !== undefined) throw new Error(weakness)

  const passwordHash = await hash(config, account.password)
  const user = await withDatabase(config, async (sql) => await createUsersStore(sql).create({ ...account, passwordHash }, { by: 'command line' }))
  process.stdout.write(`${user.email} is there now, as ${user.role}, with the id ${user.id}\n`)
  if (generate) process.stdout.write(`password: ${account.password}\n`)
}

function judge ({ passwordMinLength }: Config, account: object): asserts account is Account {
  const faults = createJudges(passwordMinLength)(Account)(account)
  if (faults.length > 0) throw new Error(faults.map(({ path, message }) => `${path.slice(1)} ${message}`).join('; '))
}

const generatePassword = ({ passwordMinLength }: Config) => randomBytes(96).toString('base64url').slice(0, Math.max(24, passwordMinLength))

async function hash ({ argon2MemoryKib, argon2Passes }: Config, password: string): Promise<string> {
  const passwords = createPasswords({ memoryKib: argon2MemoryKib, passes: argon2Passes, threads: 1, queue: 0 })
  try {
    return await passwords.hash(password)
  } finally {
    await passwords.close()
  }
}
