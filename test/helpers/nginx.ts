import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Test } from 'tap'
import { folderOf, postgresOwner, startPrivate, type Service } from './services.js'

const folder = folderOf('nginx')
const examples = new URL('../../examples/nginx/', import.meta.url)

/** What is left out on this machine and how to bring it in, or false; fit for tap's `skip`. */
export const nginxLeftOut = folder === undefined && 'no nginx here: apt-get install nginx'

if (nginxLeftOut !== false && process.env.CI === 'true') throw new Error(nginxLeftOut)

interface Upstreams { gatehouse: string, application: string }

/** nginx with the configuration of examples/nginx, in front of these two. */
export async function privateNginx (t: Pick<Test, 'teardown'>, { gatehouse, application }: Upstreams): Promise<Service> {
  const printed = { '127.0.0.1:8000': new URL(gatehouse).host, '127.0.0.1:3000': new URL(application).host }

  return await startPrivate(t, {
    program: join(folder ?? '', 'nginx'),
    async args (port, folder) {
      await writeFile(join(folder, 'nginx.conf'), await readFile(new URL('nginx.conf', examples)))
      await writeFile(join(folder, 'gatehouse.conf'), replaced(await readFile(new URL('gatehouse.conf', examples), 'utf8'), { ...printed, 'listen 8080;': `listen 127.0.0.1:${port};` }))
      return ['-p', folder, '-c', 'nginx.conf']
    },
    ready: /start worker process \d/,
    stopSignal: 'SIGTERM',
    url: (port) => `http://127.0.0.1:${port}`,
    owner: postgresOwner()
  })
}

function replaced (text: string, values: Record<string, string>): string {
  return Object.entries(values).reduce((text, [printed, value]) => {
    if (text.split(printed).length !== 2) throw new Error(`the example does not say "${printed}" once`)
    return text.replace(printed, value)
  }, text)
}
