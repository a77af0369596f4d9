import { useRef, useState } from 'preact/hooks'
import { wordsFor } from './lib/words.js'

interface Act {
  busy: boolean
  /** What the last act gave to say. */
  said: string | undefined
  /** Why the last act failed, in words. */
  trouble: string | undefined
  /** Does one thing at a time, and keeps what it gives to say. */
  act: (does: () => Promise<string | undefined>) => void
}

/** For buttons that do something by themselves: nothing is done twice, and what failed is said. */
export function useAct (): Act {
  const doing = useRef(false)
  const [state, setState] = useState<Pick<Act, 'busy' | 'said' | 'trouble'>>({ busy: false, said: undefined, trouble: undefined })

  async function run (does: () => Promise<string | undefined>) {
    doing.current = true
    setState({ busy: true, said: undefined, trouble: undefined })
    try {
      const said = await does()
      setState({ busy: false, said, trouble: undefined })
    } catch (error) {
      setState({ busy: false, said: undefined, trouble: wordsFor(error) })
    } finally {
      doing.current = false
    }
  }

  return { ...state, act: (does) => { if (!doing.current) void run(does) } }
}
