/** What stands for somebody who has no picture: how the first and the last of his names begin. */
export function initialsOf (name: string): string {
  const words = name.split(/[\s-]+/u).filter((word) => /^[\p{L}\p{N}]/u.test(word))
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words
  return chosen.map((word) => [...word ?? ''][0]?.toUpperCase()).join('')
}

/** Whether somebody's photo is an address, and not the name of a file that only an app of his knows. */
export const isPicture = (photo: string): boolean => /^https:\/\//i.test(photo)
