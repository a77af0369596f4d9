import { setTimeout as pause } from 'node:timers/promises'

export default {
  name: 'postgres-half-open',

  async strike ({ stage: { nodes }, milliseconds }) {
    for (const until = performance.now() + milliseconds; performance.now() < until; await pause(Math.min(milliseconds, 2500))) {
      for (const { postgres } of nodes) postgres.halfOpen()
    }
    for (const { postgres } of nodes) postgres.pass()
  }
}
