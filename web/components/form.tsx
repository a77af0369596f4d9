import type { ComponentChildren } from 'preact'
import type { Form as FormState } from '../form.js'

interface Props<Name extends string> {
  form: FormState<Name>
  /** What the button says. */
  act: string
  danger?: boolean
  children: ComponentChildren
}

/** The fields of a form, what is wrong with it as a whole, and its button. Without our script it sends nothing anywhere. */
export function Form<Name extends string> ({ form, act, danger = false, children }: Props<Name>) {
  return (
    <form method='post' noValidate onSubmit={form.handleSubmit}>
      {children}
      {form.trouble !== undefined && <p class='notice wrong' role='alert' tabIndex={-1}>{form.trouble}</p>}
      <button type='submit' class={danger ? 'danger' : 'primary'} aria-disabled={form.busy}>{act}</button>
    </form>
  )
}
