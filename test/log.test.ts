import { Writable } from 'node:stream'
import pino from 'pino'
import t from 'tap'
import { logOptions } from '../src/log.js'

function write (...details: [object, string?]) {
  const lines: string[] = []
  const { transport, ...options } = { transport: undefined, ...logOptions({ logLevel: 'trace' }) }
  pino(options as pino.LoggerOptions, new Writable({ write (chunk, _encoding, done) { lines.push(String(chunk)); done() } })).info(...details)
  return lines.join('')
}

t.test('the log', async (t) => {
  t.test('is a line of JSON with its level in words and its time in UTC', async (t) => {
    const line = write({ sessionId: 'a' }, 'said')
    t.equal(line.split('\n').length, 2)
    t.match(JSON.parse(line), { level: 'info', msg: 'said', sessionId: 'a', pid: process.pid, time: /^\d{4}-\d\d-\d\dT.*Z$/ })
  })

  t.test('keeps line feeds and control characters within its strings', async (t) => {
    const line = write({ userAgent: 'a\r\n{"level":"fatal"}\u0000\u001b[31m' }, 'b\nc')
    t.equal(line.trimEnd().split('\n').length, 1)
    t.notOk([...line.trimEnd()].some((sign) => sign < ' '))
  })

  const names = ['password', 'currentPassword', 'newPassword', 'passwordHash', 'token', 'access_token', 'refresh_token', 'accessToken', 'refreshToken', 'authorization', 'cookie', 'set-cookie', 'secret']
  for (const name of names) {
    t.test(`hides a ${name}, up to two levels down`, async (t) => {
      for (const details of [{ [name]: 'hunter2' }, { a: { [name]: 'hunter2' } }, { a: { b: { [name]: 'hunter2' } } }]) t.notMatch(write(details), /hunter2/, JSON.stringify(details))
    })
  }

  t.test('of an error keeps its name, message, code and stack, and nothing else', async (t) => {
    const err = Object.assign(new Error('broken'), { code: '23505', query: 'insert hunter2', parameters: ['hunter2'], detail: 'Key (email)=(hunter2)', cause: new Error('hunter2') })
    const { err: written } = JSON.parse(write({ err }))
    t.same(Object.keys(written), ['type', 'message', 'code', 'stack'])
    t.notMatch(JSON.stringify(written), /hunter2/)
  })
})
