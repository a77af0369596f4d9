import type { FastifyBaseLogger, FastifyRequest } from 'fastify'
import { stdSerializers, symbols } from 'pino'

type Serializer = (value: unknown) => unknown

/**
 * How the logger of an app around us writes what belongs to our routes: in its own way, but without the query of a URL, which may hold a
 * mailed token, and without what errors of the stores carry, which is the query and its values.
 */
export function hostSerializers (log: FastifyBaseLogger): Record<'req' | 'err', Serializer> {
  const { req, err } = (log as unknown as Record<symbol, Record<string, Serializer> | undefined>)[symbols.serializersSym] ?? {}
  const theirRequest = req ?? asFastifyDoes
  const theirError = err ?? (stdSerializers.err as Serializer)

  return {
    req: (request) => theirRequest(withoutQuery(request)),
    err: (error) => theirError(withoutValues(error))
  }
}

function asFastifyDoes (request: unknown) {
  const { method, url, host, ip } = request as FastifyRequest
  return { method, url, host, remoteAddress: ip }
}

function withoutQuery (request: unknown): unknown {
  const { url } = request as FastifyRequest
  return typeof url === 'string' ? Object.create(request as object, { url: { value: url.split('?', 1)[0] } }) : request
}

function withoutValues (error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { name, message, stack, code } = error as Error & { code?: unknown }
  return Object.assign(new Error(message), { name, stack, ...(code === undefined ? {} : { code }) })
}
