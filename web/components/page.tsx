import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

let first = true

interface Props {
  title: string
  /** One sentence below the title. */
  lead?: ComponentChildren
  /** `card`: one thing to do, in the middle. `wide`: tables and plots. */
  form?: 'card' | 'wide'
  children?: ComponentChildren
}

/** A page: its title is that of the window, and where somebody who came by a link goes on reading. */
export function Page ({ title, lead, form, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · ${location.host}`
    // The browser itself puts whoever opens a page where he belongs.
    if (!first && !(document.activeElement instanceof HTMLInputElement)) heading.current?.focus({ preventScroll: true })
    first = false
  }, [title])
  return (
    <div class={`page ${form ?? ''}`}>
      <h1 tabIndex={-1} ref={heading}>{title}</h1>
      {lead !== undefined && <p class='lead'>{lead}</p>}
      {children}
    </div>
  )
}
