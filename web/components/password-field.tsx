import { useState } from 'preact/hooks'
import { Field, type FieldProps } from './field.js'

/** A password, which may be looked at while it is typed (NIST SP 800-63B, 3.1.1.2). */
export function PasswordField (props: FieldProps) {
  const [shown, setShown] = useState(false)
  return (
    <Field
      {...props} type={shown ? 'text' : 'password'} autocapitalize='off' spellcheck={false} beside={
        <button type='button' class='beside' aria-pressed={shown} aria-label={`Show ${props.label.toLowerCase()}`} onClick={() => setShown(!shown)}>{shown ? 'Hide' : 'Show'}</button>
      }
    />
  )
}
