import type { ISql } from 'postgres'
import type { Role, User } from '../../schemas.js'

/** What a layer holds of a user. */
export interface UserRecord extends User {
  disabled: boolean
  version: number
}

export interface Credentials {
  id: string
  name: string
  email: string
  role: Role
  passwordHash: string
  passwordVersion: number
  disabled: boolean
}

export interface UserRow extends Omit<UserRecord, 'createdAt' | 'updatedAt'> { createdAt: Date, updatedAt: Date }

export const userColumns = (sql: ISql) => sql`
  id, name, email, role, photo, version, created_at, updated_at,
  verified_at is not null as verified, disabled_at is not null as disabled
`

export const credentialsColumns = (sql: ISql) => sql`
  id, name, email, role, password_hash, password_version, disabled_at is not null as disabled
`

/** A row of `users` as the layers hold it: nothing of it says how the password is checked. */
export const recordOf = ({ createdAt, updatedAt, ...row }: UserRow): UserRecord =>
  asRecord({ ...row, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() })

export const decodeUser = (line: string): UserRecord => asRecord(JSON.parse(line))

// Made in one place, all users have one shape to the engine, which reads them several times quicker so.
const asRecord = ({ id, name, email, role, photo, verified, disabled, version, createdAt, updatedAt }: UserRecord): UserRecord =>
  ({ id, name, email, role, photo, verified, disabled, version, createdAt, updatedAt })
