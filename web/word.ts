import { useState } from 'preact/hooks'

let left: string | undefined

/** Leaves what is to be said of something that was done on this page for the next one. */
export function leaveWord (word: string) {
  left = word
}

/** What the page before has left to be said; once. */
export function useWord (): string | undefined {
  const [word] = useState(() => {
    const found = left
    left = undefined
    return found
  })
  return word
}
