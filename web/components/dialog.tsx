import type { ComponentChildren } from 'preact'
import { useEffect, useId, useLayoutEffect, useRef } from 'preact/hooks'
import '../styles/dialog.css'

interface Props {
  title: string
  /** What the button says that leaves everything as it is. */
  cancel?: string
  /** It was closed: leave it out of what is drawn. */
  onClose: () => void
  children: ComponentChildren
}

/** Open as long as it is drawn. It starts at its first input, else where nothing happens, and leads back to where one was. */
export function Dialog ({ title, cancel = 'Cancel', onClose, children }: Props) {
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const closed = useRef(onClose)
  useEffect(() => { closed.current = onClose })

  useLayoutEffect(() => {
    const { current } = dialog
    if (current === null) return
    const tell = () => closed.current()
    // By `close` alone, which comes a task later, a click in between to open it again would be lost.
    current.addEventListener('cancel', tell)
    current.addEventListener('close', tell)
    current.showModal()
    ;(current.querySelector<HTMLElement>('input:not([tabindex])') ?? button.current)?.focus()
    return () => {
      // Not just taken away: closing is what gives the focus back.
      current.removeEventListener('cancel', tell)
      current.removeEventListener('close', tell)
      current.close()
    }
  }, [])

  return (
    <dialog ref={dialog} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
      <button type='button' class='plain' ref={button} onClick={onClose}>{cancel}</button>
    </dialog>
  )
}
