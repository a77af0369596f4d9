import { useAct } from '../../act.js'
import { auth } from '../../auth.js'
import { Said } from '../../components/said.js'
import { useUser } from '../../identity.js'
import { ChangeEmail } from './change-email.js'

export function EmailAddress () {
  const { email, verified } = useUser()
  const { busy, said, trouble, act } = useAct()
  const sendAgain = () => act(async () => {
    await auth.sendVerification()
    return `A link is on its way to ${email}. It works once, within 24 hours.`
  })
  const tellOf = (asked: string) => act(async () => `A link was mailed to ${asked}. Your address changes once you open it and confirm; until then it stays ${email}.`)

  return (
    <section class='panel' aria-labelledby='email'>
      <h2 id='email'>Email</h2>
      <p class='address'><span>{email}</span> {verified ? <span class='badge good'>Verified</span> : <span class='badge warn'>Not verified</span>}</p>
      {!verified && (
        <div class='verification'>
          <p class='quiet'>We mailed you a link, to see that this address is yours.</p>
          <button type='button' aria-disabled={busy} onClick={sendAgain}>Send the link again</button>
        </div>
      )}
      <ChangeEmail onAsked={tellOf} />
      <Said wrong={trouble !== undefined}>{trouble ?? said}</Said>
    </section>
  )
}
