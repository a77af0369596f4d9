import type { PostgresError } from 'postgres'
import { EmailTaken } from '../../errors.js'

/** What a refused insert or update of a user means. @throws EmailTaken */
export function refuseTaken (error: PostgresError): never {
  if (error.code === '23505') throw new EmailTaken()
  throw error
}
