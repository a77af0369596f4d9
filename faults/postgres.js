import { execFileSync } from 'node:child_process'
import { chownSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { freePort } from '../bench/ports.js'
import { run } from '../bench/processes.js'
import { needProgram } from '../bench/programs.js'
import { createStoreProcess } from './store-process.js'

/** A Postgres of our own that keeps what it has acknowledged, also when it is killed. */
export async function startPostgres (folder) {
  const owner = process.getuid() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {}
  const home = join(folder, 'postgres')
  mkdirSync(home, { mode: 0o700 })
  if (owner.uid !== undefined) {
    chownSync(folder, owner.uid, owner.gid)
    chownSync(home, owner.uid, owner.gid)
  }
  const data = join(home, 'data')
  const initdb = needProgram('initdb', 'apt-get install postgresql')
  await run(initdb, ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--wal-segsize=1', '--no-sync'], { cwd: home, ...owner })

  const port = await freePort()
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  const store = createStoreProcess({
    command: needProgram('postgres', 'apt-get install postgresql'),
    args: ['-D', data, '-p', String(port), '-k', '', ...settings({
      listen_addresses: '127.0.0.1',
      dynamic_shared_memory_type: 'mmap',
      shared_buffers: '16MB',
      max_connections: '100',
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on'
    })],
    options: { cwd: home, ...owner },
    answers: async ({ errors }) => errors.includes('ready to accept connections'),
    stopSignal: 'SIGINT'
  })
  await store.start()

  return {
    ...store,
    port,
    owner,

    /** Gives a connection of its own, past every proxy. */
    async with (act) {
      const sql = postgres(url, { max: 1, onnotice: () => {} })
      try {
        return await act(sql)
      } finally {
        await sql.end()
      }
    }
  }
}

const settings = (values) => Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])

// Postgres refuses to run as root.
const idOf = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
