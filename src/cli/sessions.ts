import { UsageError } from './usage.js'

type Action = (words: string[]) => Promise<void>

const actions: Record<string, () => Promise<{ default: Action }>> = {
  list: async () => await import('./list-sessions.js'),
  end: async () => await import('./end-sessions.js')
}

/** What is done with sessions from the command line, an action a file. */
export default async function sessionsCommand ([name = '', ...words]: string[]) {
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined
  if (action === undefined) throw new UsageError(`usage: gatehouse sessions ${Object.keys(actions).join('|')} …`)
  await (await action()).default(words)
}
