import type { TargetedSubmitEvent } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { GatehouseError } from '../client/index.js'
import { wordsFor } from './lib/words.js'

export interface Form<Name extends string> {
  values: Record<Name, string>
  /** What is wrong, field by field. */
  faults: Partial<Record<Name, string>>
  /** What is wrong with no field in particular. */
  trouble: string | undefined
  busy: boolean
  /** What an input needs to be one of this form's. */
  field: (name: Name) => { name: Name, value: string, fault: string | undefined, onValue: (value: string) => void }
  handleSubmit: (event: TargetedSubmitEvent<HTMLFormElement>) => void
  reset: () => void
}

interface Options<Name extends string> {
  initial: Record<Name, string>
  submit: (values: Record<NoInfer<Name>, string>) => Promise<void>
  /** What to say beside a field that the server refuses. */
  wrong?: Partial<Record<NoInfer<Name>, string>>
  /** Beside which field a refusal belongs, by its code. */
  places?: Record<string, NoInfer<Name>>
}

/** One form: its values, sending them once at a time, and saying beside each field what the server has against it. */
export function useForm<Name extends string> ({ initial, submit, wrong = {}, places = {} }: Options<Name>): Form<Name> {
  const [values, setValues] = useState(initial)
  const [faults, setFaults] = useState<Partial<Record<Name, string>>>({})
  const [trouble, setTrouble] = useState<string>()
  const [busy, setBusy] = useState(false)
  const sending = useRef(false)

  function refuse (error: unknown, form: HTMLFormElement) {
    const found: Partial<Record<Name, string>> = {}
    if (error instanceof GatehouseError) {
      for (const { path } of error.errors) {
        const name = path.slice(1) as Name
        if (name in initial) found[name] ??= wrong[name] ?? 'This is not valid'
      }
      const place = places[error.code]
      if (place !== undefined) found[place] = wordsFor(error)
    }
    setFaults(found)
    setTrouble(Object.keys(found).length > 0 ? undefined : wordsFor(error))
    // Once it is drawn, whoever cannot see it is led there.
    setTimeout(() => form.querySelector<HTMLElement>('[aria-invalid=true], [role=alert]')?.focus())
  }

  async function send (form: HTMLFormElement) {
    sending.current = true
    setBusy(true)
    setTrouble(undefined)
    try {
      await submit(values)
      setFaults({})
    } catch (error) {
      refuse(error, form)
    } finally {
      sending.current = false
      setBusy(false)
    }
  }

  return {
    values,
    faults,
    trouble,
    busy,
    field: (name) => ({
      name,
      value: values[name],
      fault: faults[name],
      onValue (value) {
        setValues((before) => ({ ...before, [name]: value }))
        setFaults(({ [name]: _, ...others }) => others as Partial<Record<Name, string>>)
      }
    }),
    handleSubmit (event) {
      event.preventDefault()
      if (!sending.current) void send(event.currentTarget)
    },
    reset () {
      setValues(initial)
      setFaults({})
      setTrouble(undefined)
    }
  }
}
