import { setTimeout as pause } from 'node:timers/promises'

export default {
  name: 'postgres-slow',

  async strike ({ stage: { nodes }, milliseconds }) {
    for (const { postgres } of nodes) postgres.delay(80, 60)
    await pause(milliseconds)
    for (const { postgres } of nodes) postgres.pass()
  }
}
