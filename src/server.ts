import './lib/kept-tick.js'
import { letHeapGrow } from './lib/heap.js'
import closeWithGrace from 'close-with-grace'
import { ConfigError, configOfProcess } from './config.js'
import { drain } from './drain.js'
import { KeyRefused } from './lib/keys.js'

const unreachable = new Set(['ECONNREFUSED', 'ECONNRESET', 'CONNECT_TIMEOUT', 'CONNECTION_CLOSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT'])

try {
  const config = configOfProcess()
  // Read only now that the heap is told how to take it.
  const { buildApp } = await import('./app.js')
  const app = await buildApp(config)

  closeWithGrace({ delay: 10_000, logger: false }, async ({ signal, err }) => {
    if (err !== undefined) app.log.fatal({ err }, 'stopping: an error reached the top')
    else app.log.info({ signal }, 'stopping')
    await drain(app)
    await app.close()
    app.log.info('stopped')
  })

  if (config.production && config.redisUrl === undefined) {
    app.log.warn('REDIS_URL is not set: run one node only, since others would not hear at once of what it ends')
  }
  await app.ready()
  letHeapGrow()
  await app.listen({ host: config.host, port: config.port, listenTextResolver: (address) => `listening at ${address}` })
} catch (error) {
  const expected = error instanceof ConfigError || error instanceof KeyRefused
  process.stderr.write(`${expected ? error.message : `gatehouse cannot start: ${describe(error)}`}\n`)
  process.exit(1)
}

function describe (error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code = '', syscall } = error as { code?: string, syscall?: string }
  if (code === 'EADDRINUSE') return 'PORT is in use by another process: stop it or choose another PORT'
  if (syscall === 'listen') return `HOST and PORT cannot be listened on (${code}): choose others`
  if (unreachable.has(code)) return `DATABASE_URL cannot be reached (${code}): start Postgres or mend the address`
  return error.message === '' ? String(code) : error.message
}
