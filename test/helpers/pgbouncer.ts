import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Test } from 'tap'
import { folderOf, leftOut, postgresOwner, startPrivate, type Service } from './services.js'

const folder = folderOf('pgbouncer')

/** What is left out on this machine and how to bring it in, or false; fit for tap's `skip`. */
export const pgbouncerLeftOut = leftOut || (folder === undefined && 'no pgbouncer here: apt-get install pgbouncer')

if (pgbouncerLeftOut !== false && process.env.CI === 'true') throw new Error(pgbouncerLeftOut)

/** PgBouncer in transaction mode, with fewer connections to this Postgres than it takes. */
export async function privatePgbouncer (t: Pick<Test, 'teardown'>, postgres: Service, settings: Record<string, string> = {}): Promise<Service> {
  const { port: postgresPort } = new URL(postgres.url)

  return await startPrivate(t, {
    program: join(folder ?? '', 'pgbouncer'),
    async args (port, folder) {
      const file = join(folder, 'pgbouncer.ini')
      const lines = { listen_addr: '127.0.0.1', listen_port: port, unix_socket_dir: '', auth_type: 'any', pool_mode: 'transaction', default_pool_size: 4, ...settings }
      await writeFile(file, [
        '[databases]',
        `postgres = host=127.0.0.1 port=${postgresPort} user=postgres`,
        '[pgbouncer]',
        ...Object.entries(lines).map(([name, value]) => `${name} = ${value}`),
        ''
      ].join('\n'))
      return [file]
    },
    ready: /process up/,
    stopSignal: 'SIGTERM',
    url: (port) => `postgres://postgres@127.0.0.1:${port}/postgres`,
    owner: postgresOwner()
  })
}
