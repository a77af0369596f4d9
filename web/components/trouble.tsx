import { wordsFor } from '../lib/words.js'

/** Why something could not be looked at, and a way to look again. */
export function Trouble ({ error, onAgain }: { error: unknown, onAgain: () => void }) {
  return (
    <div class='notice wrong trouble' role='alert'>
      <p>{wordsFor(error)}</p>
      <button type='button' class='small' onClick={onAgain}>Try again</button>
    </div>
  )
}
