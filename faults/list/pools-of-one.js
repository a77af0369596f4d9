import { setTimeout as pause } from 'node:timers/promises'

export default {
  name: 'pools-of-one',
  healthy: true,
  settings: { both: { DATABASE_POOL: '1' } },

  async strike ({ milliseconds }) {
    await pause(milliseconds)
  }
}
