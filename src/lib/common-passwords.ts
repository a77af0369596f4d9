const shortest = 8

let common: Promise<ReadonlySet<string>> | undefined

/**
 * Whether a password is among the most used ones: 17,950 of at least 8 characters, from leaks, as the package zxcvbn keeps them.
 * The list is read when it is first asked for.
 */
export async function isCommon (password: string): Promise<boolean> {
  return (await commonPasswords()).has(password.normalize('NFKC').toLowerCase())
}

/** The list itself, in lower case. */
export const commonPasswords = async (): Promise<ReadonlySet<string>> => await (common ??= readCommon())

async function readCommon (): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  const listed = dictionary['passwords-common'] as string[]
  return new Set(listed.filter((password) => password.length >= shortest))
}
