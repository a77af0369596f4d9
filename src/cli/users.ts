import { UsageError } from './usage.js'

type Action = (words: string[]) => Promise<void>

const actions: Record<string, () => Promise<{ default: Action }>> = {
  create: async () => await import('./create-user.js'),
  role: async () => ({ default: (await import('./change-user.js')).setRole }),
  disable: async () => ({ default: (await import('./change-user.js')).disableUser }),
  enable: async () => ({ default: (await import('./change-user.js')).enableUser }),
  list: async () => await import('./list-users.js'),
  import: async () => await import('./import-users.js'),
  export: async () => await import('./export-users.js')
}

/** What is done with users from the command line, an action a file. */
export default async function usersCommand ([name = '', ...words]: string[]) {
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined
  if (action === undefined) throw new UsageError(`usage: gatehouse users ${Object.keys(actions).join('|')} …`)
  await (await action()).default(words)
}
