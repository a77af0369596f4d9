import { setTimeout as pause } from 'node:timers/promises'

/** One node is cut off from Postgres without a word; its last statements arrive when all is over. */
export default {
  name: 'postgres-blackholed',

  async strike ({ stage: { b }, milliseconds }) {
    b.postgres.blackhole()
    await pause(milliseconds)
    b.postgres.pass()
  }
}
