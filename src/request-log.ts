import type { Bindings, ChildLoggerOptions, FastifyBaseLogger } from 'fastify/types/logger.js'

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const

/**
 * The logger of one request, made when its first line is written: most requests write none, and making one costs as much
 * as finding out who is signed in.
 */
class RequestLog {
  readonly parent: FastifyBaseLogger
  readonly bindings: Bindings
  readonly options: ChildLoggerOptions
  made: FastifyBaseLogger | undefined

  constructor (parent: FastifyBaseLogger, bindings: Bindings, options: ChildLoggerOptions) {
    this.parent = parent
    this.bindings = bindings
    this.options = options
  }

  get own (): FastifyBaseLogger { return (this.made ??= this.parent.child(this.bindings, this.options)) }
  get level (): string { return this.parent.level }
  child (bindings: Bindings, options?: ChildLoggerOptions): FastifyBaseLogger { return this.own.child(bindings, options) }
  silent () {}
}

for (const level of levels) {
  Object.defineProperty(RequestLog.prototype, level, {
    value (this: RequestLog, ...line: Parameters<FastifyBaseLogger['info']>) { this.own[level](...line) }
  })
}

export const createRequestLog = (parent: FastifyBaseLogger, bindings: Bindings, options: ChildLoggerOptions): FastifyBaseLogger =>
  new RequestLog(parent, bindings, options) as unknown as FastifyBaseLogger
