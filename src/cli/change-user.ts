import { configOfProcess } from '../config.js'
import type { Role } from '../schemas.js'
import { createUsersStore } from '../store/users/postgres.js'
import type { Administered } from '../store/users/roles.js'
import { withDatabase } from './database.js'
import { tellNodes } from './tell-nodes.js'
import { UsageError } from './usage.js'

const roles: Role[] = ['user', 'admin']
const isRole = (word: string | undefined): word is Role => roles.some((role) => role === word)

/** Gives somebody the rights of a role: here, the first administrator is made. */
export async function setRole ([email, role, ...more]: string[]) {
  if (email === undefined || !isRole(role) || more.length > 0) throw new UsageError(`usage: gatehouse users role EMAIL ${roles.join('|')}`)
  await change(email, { role }, (word) => `is ${word} ${role}`)
}

/** Shuts somebody out: every session ends, and no login opens another. */
export async function disableUser ([email, ...more]: string[]) {
  if (email === undefined || more.length > 0) throw new UsageError('usage: gatehouse users disable EMAIL')
  await change(email, { disabled: true }, (word) => `is ${word} disabled`)
}

export async function enableUser ([email, ...more]: string[]) {
  if (email === undefined || more.length > 0) throw new UsageError('usage: gatehouse users enable EMAIL')
  await change(email, { disabled: false }, (word) => `is ${word} enabled`)
}

async function change (address: string, wanted: Administered, outcome: (word: 'now' | 'already') => string) {
  const email = address.trim().toLowerCase()
  const config = configOfProcess()
  const { user, changed, ended } = await withDatabase(config, async (sql) => {
    const users = createUsersStore(sql)
    const { id } = await users.credentialsOf(email) ?? {}
    const done = id === undefined ? undefined : await users.administer(id, wanted, { by: 'command line' })
    if (done === undefined) throw new Error(`nobody has the address ${email}`)
    return done
  })
  if (!changed) return process.stdout.write(`${email} ${outcome('already')}\n`)

  const heard = await tellNodes(config, async (nodes) => { await Promise.all([nodes.userChanged(user), nodes.ended(ended)]) })
  const sessions = ended.length === 0 ? '' : `, and ${ended.length} of their sessions ended`
  process.stdout.write(`${email} ${outcome('now')}${sessions}: running nodes hold to it ${heard}\n`)
}
