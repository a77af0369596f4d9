import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import {
  Busy, Internal, MalformedJson, MalformedRequest, NotFound, PayloadTooLarge, TokenInvalid, Unavailable, UnsupportedMediaType
} from '../errors.js'
import { failureOf, type Known } from '../lib/failure.js'
import { Failure } from '../schemas.js'
import { isUnavailable } from '../store/unavailable.js'

const translations: Record<string, new () => Known> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: UnsupportedMediaType,
  FST_ERR_CTP_BODY_TOO_LARGE: PayloadTooLarge,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: MalformedRequest,
  FST_ERR_CTP_INVALID_JSON_BODY: MalformedJson,
  FST_ERR_BAD_URL: MalformedRequest,
  FST_ERR_ASYNC_CONSTRAINT: MalformedRequest
}

const challenges: Record<string, string> = {
  token_invalid: 'Bearer error="invalid_token"',
  invalid_client: 'Basic realm="gatehouse"'
}

/** The one of our errors that an error means. */
export function known (error: FastifyError | Known): Known {
  // A path that names nothing.
  if ('validationContext' in error && error.validationContext === 'params') return new NotFound()
  if (typeof error.code === 'string' && /^[a-z_]+$/.test(error.code)) return error as Known
  const Translation = translations[error.code]
  if (Translation !== undefined) return new Translation()
  if (isUnavailable(error)) return new Unavailable(1, error)
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) return new MalformedRequest()
  return Object.assign(new Internal(), { cause: error })
}

export function sendFailure (error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const failure = known(error)
  const { statusCode, code } = failure
  const reason = failure instanceof TokenInvalid ? failure.reason : undefined
  request.server.refusals?.count(code, reason ?? '')

  if (statusCode >= 500 && !(failure instanceof Busy)) request.log.error({ code, err: failure.cause ?? failure }, 'failed')
  else request.log.info({ code, ...(reason === undefined ? {} : { reason }) }, 'refused')

  setFailureHeaders(failure, reply)
  return reply.code(statusCode).send(failureOf(failure))
}

/** Says how to come back: with which credentials (RFC 6750), or when. */
export function setFailureHeaders ({ statusCode, code, retryAfterSeconds }: Known, reply: FastifyReply) {
  if (statusCode === 401) reply.header('www-authenticate', challenges[code] ?? 'Bearer')
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds))
}

export default fp(async (app) => {
  app.setErrorHandler<FastifyError>(sendFailure)
  // Inside somebody else's app, what is unknown without our prefix is his.
  if (!app.embedded || app.prefix !== '') app.setNotFoundHandler(() => { throw new NotFound() })

  // A route declares its success; what every route may answer besides is declared here, once.
  app.addHook('onRoute', (route) => {
    const response = (route.schema?.response ?? {}) as Record<string, unknown>
    route.schema = { ...route.schema, response: { ...response, '4xx': Failure, '5xx': response['5xx'] ?? Failure } }
  })
}, { name: 'errors' })
