import { useState } from 'preact/hooks'
import { auth } from '../../auth.js'
import { Avatar } from '../../components/avatar.js'
import { Field } from '../../components/field.js'
import { Form } from '../../components/form.js'
import { Said } from '../../components/said.js'
import { useForm } from '../../form.js'
import { useUser } from '../../identity.js'
import { isPicture } from '../../lib/picture.js'

const noPhoto = 'default.png'

export function NameAndPhoto () {
  const user = useUser()
  const [kept, setKept] = useState({ name: user.name, photo: isPicture(user.photo) ? user.photo : '' })
  const [said, setSaid] = useState<string>()
  const form = useForm({
    initial: kept,
    wrong: { name: 'Enter your name, of up to 100 characters.', photo: 'Enter an address that begins with https://.' },
    async submit ({ name, photo }) {
      setSaid(undefined)
      // What was left alone here may have been changed elsewhere.
      const changes = { ...(name !== kept.name && { name }), ...(photo !== kept.photo && { photo: photo.trim() || noPhoto }) }
      if (Object.keys(changes).length > 0) await auth.changeMe(changes)
      setKept({ name, photo })
      setSaid(Object.keys(changes).length > 0 ? 'Your profile is saved.' : 'Nothing has changed.')
    }
  })

  return (
    <section class='panel' aria-labelledby='who'>
      <div class='who'>
        <Avatar name={user.name} photo={user.photo} />
        <h2 id='who'>{user.name}</h2>
      </div>
      <Form form={form} act='Save'>
        <Field label='Name' autocomplete='name' {...form.field('name')} />
        <Field label='Photo' type='url' autocomplete='photo' spellcheck={false} hint='The address of a picture, which begins with https://.' {...form.field('photo')} />
      </Form>
      <Said>{said}</Said>
    </section>
  )
}
