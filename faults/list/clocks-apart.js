import { existsSync, readdirSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

const skewSeconds = 3
const library = readdirSync('/usr/lib', { withFileTypes: true })
  .map(({ name }) => `/usr/lib/${name}/faketime/libfaketime.so.1`)
  .find((path) => existsSync(path))

// What measures spans of time goes right; what tells the time of day does not.
const apart = (seconds) => ({ LD_PRELOAD: library ?? '', FAKETIME: `${seconds > 0 ? '+' : ''}${seconds}s`, FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1' })

/** One node's clock is ahead of the database's, the other's is behind. */
export default {
  name: 'clocks-apart',
  healthy: true,
  leewayMilliseconds: skewSeconds * 1000,
  settings: { a: apart(-skewSeconds), b: apart(skewSeconds) },
  missing: () => library === undefined ? 'no libfaketime here: apt-get install faketime' : undefined,

  async strike ({ stage: { nodes }, milliseconds }) {
    const [a, b] = await Promise.all(nodes.map(async ({ url }) => Date.parse((await fetch(`${url}/health/live`)).headers.get('date'))))
    await pause(milliseconds)
    return { apartSeconds: (b - a) / 1000, 'clocks are apart': b - a >= 2 * skewSeconds * 1000 - 1500 }
  }
}
