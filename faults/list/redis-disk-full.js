import { setTimeout as pause } from 'node:timers/promises'
import { mountTiny } from '../tiny-disk.js'

/** It keeps a log of its writes on a disk that is full. */
export default {
  name: 'redis-disk-full',
  missing: mountTiny.missing,

  async strike ({ stage: { redis, folder }, milliseconds }) {
    const disk = mountTiny(folder, 'redis-disk')
    const [, home] = await redis.tell('config', 'get', 'dir')
    try {
      await redis.tell('config', 'set', 'dir', disk.path)
      await redis.tell('config', 'set', 'appendonly', 'yes')
      await untilLogged(redis)
      disk.fill()
      // Past what is left of the last page.
      await redis.tell('set', 'gatehouse-faults:filler', 'x'.repeat(8192), 'px', '1')
      await pause(milliseconds)
      const [, complaint] = /aof_last_write_status:(\w+)/.exec(await redis.tell('info', 'persistence')) ?? []
      return { 'Redis ran out of disk': complaint === 'err' }
    } finally {
      disk.clear()
      await redis.tell('config', 'set', 'appendonly', 'no')
      await redis.tell('config', 'set', 'dir', home)
      disk.close()
    }
  }
}

async function untilLogged (redis) {
  while (!/aof_rewrite_in_progress:0[\s\S]*aof_rewrite_scheduled:0/.test(await redis.tell('info', 'persistence'))) await pause(20)
}
