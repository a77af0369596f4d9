/** Told to stop under load, its clients honouring `Connection: close` and turning to the other node. */
export default {
  name: 'node-stopped',
  healthy: true,

  async strike ({ stage: { a } }) {
    const begun = performance.now()
    await a.stop()
    const stopMilliseconds = Math.round(performance.now() - begun)
    await a.start()
    return { stopMilliseconds, 'stopped within 10 s': stopMilliseconds < 10_000 }
  }
}
