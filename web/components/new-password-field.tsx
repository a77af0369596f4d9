import { useEffect, useState } from 'preact/hooks'
import type { Strength } from '../lib/strength.js'
import { settings } from '../settings.js'
import type { FieldProps } from './field.js'
import { PasswordField } from './password-field.js'

const grades = ['Very weak', 'Weak', 'Fair', 'Good', 'Strong']

/** Said where the server refuses a password for its length. */
export const passwordBounds = `Use ${settings.passwordMinLength} to 256 characters.`

interface Props extends FieldProps { whose: { name: string, email: string } }

/** A password that is being chosen: how strong it is, and what speaks against it, while it is typed. */
export function NewPasswordField ({ whose, ...props }: Props) {
  const { value } = props
  const { name, email } = whose
  const [found, setFound] = useState<Strength & { of: string }>()

  useEffect(() => {
    if (value === '') return setFound(undefined)
    let current = true
    // What is not there yet, over a slow network, is no fault of the password.
    import('../lib/strength.js').then(async ({ strengthOf }) => await strengthOf(value, { name, email })).then(
      (strength) => { if (current) setFound({ ...strength, of: value }) },
      () => {}
    )
    return () => { current = false }
  }, [value, name, email])

  const short = [...value.normalize('NFC')].length < settings.passwordMinLength
  const score = value === '' || short || found === undefined ? 0 : found.score
  const says = value === '' ? passwordBounds : short ? `At least ${settings.passwordMinLength} characters.` : found === undefined ? '' : found.weakness === undefined ? `${grades[score]}.` : `${found.weakness}.`
  return (
    <div class='new-password'>
      <PasswordField {...props} hint={says} autocomplete='new-password' />
      <meter class={`strength s${score}`} min={0} max={4} value={value === '' ? 0 : Math.max(score, 0.4)} aria-label='Strength of the password'>{grades[score]}</meter>
    </div>
  )
}
