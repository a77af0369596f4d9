import { setTimeout as pause } from 'node:timers/promises'

export default {
  name: 'postgres-killed',

  async strike ({ stage: { postgres }, milliseconds }) {
    await postgres.kill()
    await pause(milliseconds)
    await postgres.start()
  }
}
