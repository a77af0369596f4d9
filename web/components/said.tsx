import type { ComponentChildren } from 'preact'

interface Props {
  wrong?: boolean
  children?: ComponentChildren
}

/** What came of the last act, in a line that is kept for it; said to those who cannot see it, too. */
export function Said ({ wrong = false, children }: Props) {
  return <p class={`said ${wrong ? 'wrong' : 'good'}`} role='status'>{children}</p>
}
