import { useState } from 'preact/hooks'
import { Dialog } from '../../components/dialog.js'
import { Form } from '../../components/form.js'
import { useForm } from '../../form.js'

interface Props {
  count: number
  busy: boolean
  /** Does what was asked for, and gives what to say of it. */
  endOthers: () => Promise<string>
  act: (does: () => Promise<string>) => void
}

/** One other device is signed out at once; before several are, one is asked. */
export function EndOthers ({ count, busy, endOthers, act }: Props) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <button type='button' aria-disabled={busy} onClick={() => count > 1 ? setOpen(true) : act(endOthers)}>Sign out all others</button>
      {open && <Sure count={count} onClose={() => setOpen(false)} endOthers={endOthers} act={act} />}
    </>
  )
}

function Sure ({ count, endOthers, act, onClose }: Omit<Props, 'busy'> & { onClose: () => void }) {
  const form = useForm({
    initial: {},
    async submit () {
      const word = await endOthers()
      onClose()
      act(async () => word)
    }
  })
  return (
    <Dialog title={`Sign out ${count} other devices?`} onClose={onClose}>
      <p>Whoever uses them has to sign in again. You stay signed in here.</p>
      <Form form={form} act={`Sign out ${count} devices`} danger>{null}</Form>
    </Dialog>
  )
}
