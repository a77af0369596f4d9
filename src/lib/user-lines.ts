import { randomUUID } from 'node:crypto'
import { Type, type Static } from 'typebox'
import type { Config } from '../config.js'
import { Email, Name, Photo, Role } from '../schemas.js'
import { decoyHash } from './phc.js'
import { refusalOf } from './stored-hash.js'
import { createJudges } from './validation.js'

/** A user as a line of JSON tells of him: what is left out is as it is for somebody who registers. */
const UserLine = Type.Object({
  id: Type.Optional(Type.String({ pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' })),
  email: Email,
  name: Name,
  role: Type.Optional(Role),
  photo: Type.Optional(Photo),
  verified: Type.Optional(Type.Boolean()),
  disabled: Type.Optional(Type.Boolean()),
  // No offset that Postgres would not take, and no more digits than it keeps.
  createdAt: Type.Optional(Type.String({ format: 'date-time', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?(Z|[+-](0\\d|1[0-4]):\\d\\d)$' })),
  password_hash: Type.Optional(Type.String())
})
type UserLine = Static<typeof UserLine>

/** `createdAt` is as it was written, to the microsecond; null is now. */
export interface ToldUser extends Required<Omit<UserLine, 'createdAt' | 'password_hash'>> { createdAt: string | null, passwordHash: string }

export type ReadLine = { user: ToldUser } | { fault: string }

const hashFaults = {
  unknown: 'password_hash is in no form that is known here',
  too_costly: 'password_hash asks for more memory or time than is allowed'
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Reads users from lines of JSON; whoever comes without a hash has a password that nobody knows. */
export function createUserReader ({ passwordMinLength, argon2MemoryKib, argon2Passes }: Pick<Config, 'passwordMinLength' | 'argon2MemoryKib' | 'argon2Passes'>, now = Date.now) {
  const judge = createJudges(passwordMinLength)(UserLine)

  return (bytes: Buffer): ReadLine => {
    const line = parse(bytes)
    if (line === undefined) return { fault: 'is not JSON in UTF-8' }
    const fault = faultOf(line)
    if (fault !== undefined) return { fault }

    const { id = randomUUID(), role = 'user', photo = 'default.png', verified = false, disabled = false, createdAt = null, password_hash: hash, ...user } = line as UserLine
    return { user: { ...user, id: id.toLowerCase(), role, photo, verified, disabled, createdAt, passwordHash: hash ?? decoyHash(argon2MemoryKib, argon2Passes) } }
  }

  function faultOf (line: unknown): string | undefined {
    if (typeof line !== 'object' || line === null || Array.isArray(line)) return 'is not a JSON object'
    const [unknown] = Object.keys(line).filter((key) => !Object.hasOwn(UserLine.properties, key))
    if (unknown !== undefined) return `${plain(unknown)} is no field of a user`
    const faults = judge(line)
    if (faults.length > 0) return faults.map(({ path, message }) => `${path.slice(1)} ${message}`).join('; ')

    const { createdAt, password_hash: hash } = line as UserLine
    if (createdAt !== undefined && !isBetween(0, Date.parse(createdAt), now())) return 'createdAt is not between 1970 and now'
    const refusal = hash === undefined ? undefined : refusalOf(hash)
    return refusal && hashFaults[refusal]
  }
}

/** A user as a line of JSON, that the reader takes for the same. */
export const writeUserLine = ({ id, email, name, role, photo, verified, disabled, createdAt, passwordHash }: ToldUser) =>
  `${JSON.stringify({ id, email, name, role, photo, verified, disabled, createdAt, password_hash: passwordHash })}\n`

function parse (bytes: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(bytes))
  } catch {
    return undefined
  }
}

const isBetween = (first: number, time: number, last: number) => time >= first && time <= last

// It goes to a terminal.
const plain = (text: string) => `"${text.slice(0, 40).replace(/[^ -~]/g, '?')}"`
