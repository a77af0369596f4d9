import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

export interface FieldProps {
  label: string
  name: string
  value: string
  type?: 'text' | 'email' | 'password' | 'search' | 'url'
  autocomplete?: string
  autocapitalize?: 'off'
  spellcheck?: boolean
  /** What is wrong with it. */
  fault: string | undefined
  onValue: (value: string) => void
  /** What one should know before; its place is kept for what is wrong. */
  hint?: string
  /** Beside the input, such as a button that shows a password. */
  beside?: ComponentChildren
}

/** A labelled input, and below it, in a place of its own, what is wrong with it. */
export function Field ({ label, name, value, fault, onValue, hint, beside, ...input }: FieldProps) {
  const id = useId()
  return (
    <div class='field'>
      <label for={id}>{label}</label>
      <div class='input'>
        <input
          {...input as object} id={id} name={name} value={value} aria-invalid={fault !== undefined} aria-describedby={`${id}-says`}
          onInput={({ currentTarget }) => onValue(currentTarget.value)}
        />
        {beside}
      </div>
      <p id={`${id}-says`} class={fault === undefined ? 'says' : 'says wrong'}>{fault ?? hint}</p>
    </div>
  )
}
