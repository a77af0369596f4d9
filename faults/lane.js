/** One direction of a proxied connection: what is pushed comes out in order, when the weather allows it. */
export function createLane ({ to, weather, random }) {
  const queue = []
  let timer
  let dueAt = 0

  function push (part) {
    const { delay, garbles } = weather()
    dueAt = Math.max(dueAt, performance.now() + delay)
    queue.push({ part: part === 'end' ? part : garbled(part, garbles), dueAt })
    pump()
  }

  function pump () {
    clearTimeout(timer)
    while (queue.length > 0 && !weather().held) {
      const wait = queue[0].dueAt - performance.now()
      if (wait > 0) {
        timer = setTimeout(pump, wait)
        return
      }
      const { part } = queue.shift()
      if (part === 'end') to.destroy()
      else if (!to.destroyed) to.write(part)
    }
  }

  function garbled (chunk, probability) {
    if (probability === 0) return chunk
    const bytes = Buffer.from(chunk)
    for (let place = 0; place < bytes.length; place++) {
      if (random.chance(probability)) bytes[place] ^= 1 << random.below(8)
    }
    return bytes
  }

  return { push, pump }
}
