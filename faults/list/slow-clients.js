import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

const perNode = 200
const head = 'POST /api/auth/login HTTP/1.1\r\nhost: gatehouse.test\r\ncontent-type: application/json\r\n'
const unfinishedBody = `${head}content-length: 1000\r\n\r\n{"email":`

/** Clients that send a byte now and then: of their headers, of their body, or nothing. */
export default {
  name: 'slow-clients',
  healthy: true,

  async strike ({ stage: { nodes }, milliseconds }) {
    const begun = performance.now()
    const sockets = nodes.flatMap(({ port }) => Array.from({ length: perNode }, (_, number) => open(port, number)))
    const cut = Promise.all(sockets.map((socket) => once(socket, 'close')))
    const dribble = setInterval(() => { for (const socket of sockets) if (!socket.destroyed) socket.write('x') }, 500)
    await Promise.race([cut, pause(milliseconds < 4000 ? milliseconds : 14_000)])
    clearInterval(dribble)
    const left = sockets.filter(({ destroyed }) => !destroyed).length
    for (const socket of sockets) socket.destroy()
    const lasted = Math.round(performance.now() - begun)
    return milliseconds < 4000 ? { sockets: sockets.length } : { sockets: sockets.length, lasted, 'all cut within 13 s': left === 0 && lasted < 13_000 }
  }
}

function open (port, number) {
  const socket = connect(port, '127.0.0.1').on('error', () => {}).resume()
  socket.write(number % 2 === 0 ? `${head}x-slow: ` : unfinishedBody)
  return socket
}
