import type { UserForAdmins } from '../../../client/index.js'
import { auth } from '../../auth.js'
import { Field } from '../../components/field.js'
import { Form } from '../../components/form.js'
import { useForm } from '../../form.js'

export function RenameUser ({ user, look }: { user: UserForAdmins, look: () => void }) {
  const form = useForm({
    initial: { name: user.name },
    wrong: { name: 'Enter a name of up to 100 characters.' },
    async submit ({ name }) {
      await auth.users.change(user.id, { name })
      look()
    }
  })
  return (
    <details>
      <summary>Rename</summary>
      <Form form={form} act='Rename'><Field label='Name' autocomplete='off' {...form.field('name')} /></Form>
    </details>
  )
}
