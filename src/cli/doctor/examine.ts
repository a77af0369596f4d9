import type { Config } from '../../config.js'
import { examineClients, examineCookies, examineOrigin } from './browser.js'
import { about, type Finding } from './finding.js'
import { examineKeys } from './keys.js'
import { examineDisk, examineHashes, examineMode, examineNode } from './machine.js'
import { examineMail } from './mail.js'
import { examinePostgres } from './postgres.js'
import { examineProxy } from './proxy.js'
import { examineRedis } from './redis.js'
import { examineWebhook } from './webhook.js'

interface Options {
  /** Of a browser app that shall be able to sign in; without, every client origin is looked at. */
  origin?: string | undefined
  now?: () => number
}

/** Every check there is, in the order in which they are shown. Changes nothing anywhere. */
export async function examine (config: Config, { origin, now = Date.now }: Options = {}): Promise<Finding[]> {
  const checks: Record<string, () => Finding[] | Promise<Finding[]>> = {
    node: () => examineNode(),
    mode: () => examineMode(config),
    postgres: async () => await examinePostgres(config, now),
    redis: async () => await examineRedis(config, now),
    keys: async () => await examineKeys(config, now),
    cookies: () => examineCookies(config),
    origins: () => [...examineClients(config), ...(origin === undefined ? config.clientOrigins : [origin]).flatMap((each) => examineOrigin(config, each))],
    proxy: () => examineProxy(config),
    mail: async () => await examineMail(config),
    webhook: async () => await examineWebhook(config),
    hashes: () => examineHashes(config),
    disk: async () => await examineDisk(config)
  }
  const found = await Promise.all(Object.entries(checks).map(async ([name, check]) => {
    try {
      return await check()
    } catch (error) {
      return [about(name).wrong((error as Error).message, 'mend what it names')]
    }
  }))
  return found.flat()
}
