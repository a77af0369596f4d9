import { setTimeout as pause } from 'node:timers/promises'

export default {
  name: 'tables-locked',

  async strike ({ stage: { postgres }, milliseconds }) {
    await postgres.with((sql) => sql.begin(async (tx) => {
      await tx`lock table sessions`
      await pause(milliseconds)
    }))
  }
}
