import type { Config } from '../config.js'
import { connectRedis, untilReady } from '../store/redis.js'
import { createTelling, type Telling } from '../store/telling.js'

type Settings = Pick<Config, 'redisUrl' | 'accessTokenSeconds' | 'clockToleranceSeconds'>

const milliseconds = 2_000

/**
 * Tells running nodes of a change that is committed; gives when they hold to it. Where Redis cannot be told, they find the change in
 * Postgres, which each of them asks once a second.
 */
export async function tellNodes (config: Settings, tell: (nodes: Telling) => Promise<void>): Promise<'at once' | 'within a second'> {
  const { redisUrl, accessTokenSeconds, clockToleranceSeconds } = config
  if (redisUrl === undefined) return 'within a second'

  const redis = connectRedis(redisUrl, { commandTimeout: milliseconds })
  let failure = 'it does not answer'
  redis.on('error', ({ message }: Error) => { failure = message || failure })
  try {
    if (!await untilReady(redis, milliseconds)) throw new Error(failure)
    await tell(createTelling(redis, accessTokenSeconds + Math.ceil(clockToleranceSeconds)))
    return 'at once'
  } catch (error) {
    process.stderr.write(`gatehouse: Redis could not be told: ${(error as Error).message}\n`)
    return 'within a second'
  } finally {
    redis.disconnect()
  }
}
