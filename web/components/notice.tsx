import type { ComponentChildren } from 'preact'

/** Something that has happened, said once. */
export function Notice ({ kind = 'good', children }: { kind?: 'good' | 'wrong' | 'plain', children: ComponentChildren }) {
  return <p class={`notice ${kind}`} role={kind === 'wrong' ? 'alert' : 'status'}>{children}</p>
}
