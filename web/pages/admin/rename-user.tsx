import { useEffect, useRef } from 'preact/hooks'
import type { UserForAdmins } from '../../../client/index.js'
import { auth } from '../../auth.js'
import { Field } from '../../components/field.js'
import { Form } from '../../components/form.js'
import { useForm } from '../../form.js'

export function RenameUser ({ user, onRenamed }: { user: UserForAdmins, onRenamed: () => void }) {
  const details = useRef<HTMLDetailsElement>(null)
  const form = useForm({
    initial: { name: user.name },
    wrong: { name: 'Enter a name of up to 100 characters.' },
    async submit ({ name }) {
      await auth.users.change(user.id, { name })
      if (details.current !== null) details.current.open = false
      details.current?.querySelector('summary')?.focus()
      onRenamed()
    }
  })
  useEffect(form.reset, [user.name])
  return (
    <details ref={details}>
      <summary>Rename</summary>
      <Form form={form} act='Rename'><Field label='Name' autocomplete='off' {...form.field('name')} /></Form>
    </details>
  )
}
