import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'

const ours = new Set<string>()

/**
 * Takes a file as the sign that this process alone uses what lies beside it; gives the way to hand it back, or undefined when a living
 * process has it. A file that a dead process left is taken over.
 */
export async function claim (path: string): Promise<(() => Promise<void>) | undefined> {
  const name = resolve(path)
  if (ours.has(name)) return undefined
  ours.add(name)

  if (!await write(name) && !(await isLeftOver(name) && await write(name))) {
    ours.delete(name)
    return undefined
  }
  return async () => {
    await rm(name, { force: true })
    ours.delete(name)
  }
}

const write = async (name: string): Promise<boolean> =>
  await writeFile(name, `${process.pid}\n`, { flag: 'wx', mode: 0o600 }).then(() => true, (error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return false
    throw error
  })

async function isLeftOver (name: string): Promise<boolean> {
  const pid = Number(await readFile(name, 'utf8').catch(() => ''))
  if (pid !== process.pid && isAlive(pid)) return false

  // Of several that find it, one moves it away; the others find it gone, and the next to write it has it.
  const aside = `${name}.${process.pid}`
  await rename(name, aside).then(async () => await rm(aside), () => {})
  return true
}

function isAlive (pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
