import { useState } from 'preact/hooks'
import { Sure } from '../../components/sure.js'

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
  async function endAll () {
    const word = await endOthers()
    setOpen(false)
    act(async () => word)
  }
  return (
    <>
      <button type='button' aria-disabled={busy} onClick={() => count > 1 ? setOpen(true) : act(endOthers)}>Sign out all others</button>
      {open && (
        <Sure title={`Sign out ${count} other devices?`} act={`Sign out ${count} devices`} danger does={endAll} onClose={() => setOpen(false)}>
          Whoever uses them has to sign in again. You stay signed in here.
        </Sure>
      )}
    </>
  )
}
