import { deviceOf } from '../../src/lib/device.js'
import type { Session } from '../../client/index.js'

/** What a session's device is called, as a title. */
export function nameOf ({ userAgent }: Pick<Session, 'userAgent'>): string {
  const device = deviceOf(userAgent) ?? 'An unknown device'
  return device[0]?.toUpperCase() + device.slice(1)
}
