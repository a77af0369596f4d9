import type { ComponentChildren } from 'preact'
import { useForm } from '../form.js'
import { Dialog } from './dialog.js'
import { Form } from './form.js'

interface Props {
  title: string
  /** What the button says that does it. */
  act: string
  danger?: boolean
  does: () => Promise<void>
  onClose: () => void
  /** What comes of it. */
  children: ComponentChildren
}

/** Asks once more before something is done; what speaks against it is said in the same place. */
export function Sure ({ title, act, danger = false, does, onClose, children }: Props) {
  const form = useForm({ initial: {}, submit: does })
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{children}</p>
      <Form form={form} act={act} danger={danger}>{null}</Form>
    </Dialog>
  )
}
