import { chownSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { mountTiny } from '../tiny-disk.js'

/** The tables of sessions and events lie on a disk that is full. */
export default {
  name: 'postgres-disk-full',
  missing: mountTiny.missing,

  async strike ({ stage: { postgres, folder }, milliseconds }) {
    await postgres.with((sql) => fillDisk(sql, postgres.owner, folder, milliseconds))
  }
}

async function fillDisk (sql, owner, folder, milliseconds) {
  const disk = mountTiny(folder, 'postgres-disk')
  if (owner.uid !== undefined) chownSync(disk.path, owner.uid, owner.gid)
  try {
    await sql.unsafe(`create tablespace tiny location '${disk.path}'`)
    await sql`alter table events set tablespace tiny`
    await sql`alter table sessions set tablespace tiny`
    disk.fill()
    await pause(milliseconds)
  } finally {
    disk.clear()
    await sql`alter table events set tablespace pg_default`
    await sql`alter table sessions set tablespace pg_default`
    await sql`drop tablespace tiny`
    disk.close()
  }
}
