import { setTimeout as pause } from 'node:timers/promises'

/** Killed at a random moment of a refresh, again and again. */
export default {
  name: 'node-killed',
  breaks: 'connections',
  load: { weights: { me: 20, refresh: 30, refreshBoth: 20, replay: 10, meEnded: 8, login: 6, logout: 6 } },

  async strike ({ stage: { a }, load, random, milliseconds }) {
    let kills = 0
    for (const until = performance.now() + milliseconds; kills === 0 || performance.now() < until; kills++) {
      await load.untilSent('refresh', a)
      const moment = performance.now() + random.between(0, 12)
      while (performance.now() < moment) await pause(0)
      await a.kill()
      await a.start()
    }
    return { kills }
  }
}
