import { isCommon } from './common-passwords.js'

const shortestWord = 4

/** Why a password is too easily guessed for this account; undefined when it is not (NIST SP 800-63B). */
export async function weaknessOf (password: string, { name, email }: { name: string, email: string }): Promise<string | undefined> {
  const folded = fold(password)
  const words = [name, email, email.split('@')[0] ?? '']
  const held = words.some((word) => [...word].length >= shortestWord && folded.includes(fold(word)))
  if (held) return 'The password holds your name or your email address: choose one that does not'
  if (await isCommon(password)) return 'The password is one of those that are tried first: choose one that is less common'
  return undefined
}

const fold = (text: string) => text.normalize('NFKC').toLowerCase()
