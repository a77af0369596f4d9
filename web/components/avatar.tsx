import { useState } from 'preact/hooks'
import { initialsOf, isPicture } from '../lib/picture.js'
import '../styles/avatar.css'

/** Somebody's picture, or his initials where there is none. His name stands beside it. */
export function Avatar ({ name, photo }: { name: string, photo: string }) {
  const [missing, setMissing] = useState<string>()
  if (!isPicture(photo) || photo === missing) return <span class='avatar' aria-hidden='true'>{initialsOf(name)}</span>
  return <img class='avatar' src={photo} alt='' width={64} height={64} referrerpolicy='no-referrer' onError={() => setMissing(photo)} />
}
