const shortestWord = 4

/** Why a password is too easily guessed for this account; undefined when it is not. */
export function weaknessOf (password: string, { name, email }: { name: string, email: string }): string | undefined {
  const folded = fold(password)
  const words = [name, email, email.split('@')[0] ?? '', ...name.split(/\s+/)]
  const held = words.some((word) => [...word].length >= shortestWord && folded.includes(fold(word)))
  return held ? 'The password holds your name or your email address: choose one that does not' : undefined
}

const fold = (text: string) => text.normalize('NFKC').toLowerCase()
