import { setTimeout as pause } from 'node:timers/promises'

/** Longer than anything it holds may be believed, and shorter than its clients wait. */
export default {
  name: 'node-frozen',

  async strike ({ stage: { b }, milliseconds }) {
    b.freeze()
    await pause(Math.min(milliseconds, 4000))
    b.thaw()
  }
}
