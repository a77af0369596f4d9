import { setTimeout as pause } from 'node:timers/promises'

export default {
  name: 'postgres-frozen',

  async strike ({ stage: { postgres }, milliseconds }) {
    postgres.freeze()
    await pause(milliseconds)
    postgres.thaw()
  }
}
