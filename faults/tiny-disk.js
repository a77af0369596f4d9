import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const size = '24m'

/** A small file system in memory that can be filled to the brim. */
export function mountTiny (folder, name) {
  const path = join(folder, name)
  const filler = join(path, 'filler')
  mkdirSync(path)
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path])
  const unmount = () => spawnSync('umount', ['-l', path])
  process.on('exit', unmount)

  return {
    path,

    fill () {
      const file = openSync(filler, 'w')
      try {
        for (const block of [Buffer.alloc(65536), Buffer.alloc(512)]) while (writes(file, block));
      } finally {
        closeSync(file)
      }
    },

    clear: () => rmSync(filler, { force: true }),

    close () {
      unmount()
      process.off('exit', unmount)
      rmSync(path, { recursive: true, force: true })
    }
  }
}

function writes (file, block) {
  try {
    return writeSync(file, block) > 0
  } catch (error) {
    if (error.code === 'ENOSPC') return false
    throw error
  }
}

mountTiny.missing = () => {
  const allowed = process.getuid() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0
  return allowed ? undefined : 'no file system may be mounted here'
}
