import type { Bindings, ChildLoggerOptions, FastifyBaseLogger } from 'fastify/types/logger.js'

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const

type Child = FastifyBaseLogger['child']

/**
 * Has a logger make its children when they write their first line. Fastify asks for one with every request: most write none, and
 * making one costs as much as finding out who is signed in.
 */
export function makeChildrenLazily (log: FastifyBaseLogger) {
  const make = log.child
  log.child = function (this: FastifyBaseLogger, bindings: Bindings, options?: ChildLoggerOptions) {
    return new LazyLog(make, this, bindings, options) as unknown as FastifyBaseLogger
  } as Child
}

class LazyLog {
  declare readonly make: Child
  declare readonly parent: FastifyBaseLogger
  declare readonly bindings: Bindings
  declare readonly options: ChildLoggerOptions | undefined
  declare made: FastifyBaseLogger | undefined

  constructor (make: Child, parent: FastifyBaseLogger, bindings: Bindings, options: ChildLoggerOptions | undefined) {
    this.make = make
    this.parent = parent
    this.bindings = bindings
    this.options = options
    this.made = undefined
  }

  get own (): FastifyBaseLogger { return (this.made ??= this.make.call(this.parent, this.bindings, this.options)) }
  get level (): string { return this.parent.level }
  child (bindings: Bindings, options?: ChildLoggerOptions): FastifyBaseLogger { return this.own.child(bindings, options) }
  silent () {}
}

for (const level of levels) {
  Object.defineProperty(LazyLog.prototype, level, {
    value (this: LazyLog, ...line: Parameters<FastifyBaseLogger['info']>) { this.own[level](...line) }
  })
}
