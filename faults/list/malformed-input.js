import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

const post = (path, body, headers = 'content-type: application/json\r\n') =>
  `POST ${path} HTTP/1.1\r\nhost: gatehouse.test\r\nconnection: close\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

const inputs = [
  post('/api/auth/login', '{"email":'),
  post('/api/auth/login', JSON.stringify({ email: 'a'.repeat(64 * 1024), password: 'x' })),
  post('/api/auth/login', '['.repeat(8000)),
  post('/api/auth/login', JSON.stringify({ email: { $ne: null }, password: ['a'] })),
  post('/api/auth/login', '{"__proto__":{"a":1},"email":"a@b.example","password":"\\u0000\\ud800"}'),
  post('/api/auth/register', JSON.stringify({ name: '\u0000', email: "' or 1=1 --", password: '\ud800'.repeat(200) })),
  post('/api/auth/refresh', JSON.stringify({ refresh_token: '.'.repeat(10_000) })),
  post('/api/auth/refresh', JSON.stringify({ refresh_token: 123 })),
  post('/api/auth/logout', 'a=b', 'content-type: application/x-www-form-urlencoded\r\n'),
  `GET /api/users/me HTTP/1.1\r\nhost: gatehouse.test\r\nconnection: close\r\nauthorization: Bearer ${'e'.repeat(30_000)}\r\n\r\n`,
  `GET /api/users/me HTTP/1.1\r\nhost: gatehouse.test\r\nconnection: close\r\ncookie: ${'access_token=eyJ.e30.AA; '.repeat(400)}\r\n\r\n`,
  `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nhost: gatehouse.test\r\nconnection: close\r\n\r\n`,
  'GET /%c0%ae%c0%ae/ HTTP/1.1\r\nhost: gatehouse.test\r\nconnection: close\r\n\r\n',
  'POST /api/auth/login HTTP/1.1\r\nhost: gatehouse.test\r\ntransfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n',
  'POST /api/auth/login HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  Buffer.concat([Buffer.from('GET / HTTP/1.1\r\nx: '), randomBytes(2000), Buffer.from('\r\n\r\n')]),
  randomBytes(40_000)
]

/** Input that is too large, or no sense: refused as the caller's fault, and nobody else notices. */
export default {
  name: 'malformed-input',
  healthy: true,

  async strike ({ stage: { nodes }, milliseconds }) {
    const statuses = []
    for (const until = performance.now() + milliseconds; performance.now() < until; await pause(20)) {
      const rounds = nodes.flatMap(({ port }) => inputs.map((input) => send(port, input)))
      statuses.push(...await Promise.all(rounds))
    }
    // Nothing is an answer too: the connection was closed.
    const wrong = statuses.filter((status) => status !== 0 && (status < 400 || status > 499))
    return { inputs: statuses.length, 'refused as the caller\'s fault': wrong.length === 0 || wrong.join() }
  }
}

async function send (port, input) {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  let text = ''
  socket.setEncoding('latin1').on('data', (part) => { text += part })
  socket.write(input)
  const patience = setTimeout(() => socket.destroy(), 5000)
  await once(socket, 'close')
  clearTimeout(patience)
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0)
}
