import type { FastifyError, FastifyInstance } from 'fastify'
import { CrossSiteRequest, MalformedRequest } from '../errors.js'
import type { Guard } from './authentication.js'
import { repeatsHeaders } from './duplicate-headers.js'
import { known, setFailureHeaders } from './errors.js'

/**
 * `authenticate` for the routes of the app around us. What hooks do for our own routes, it does itself: cookies that came with a page of
 * another site sign nobody in, and what the stores say of their trouble stays here.
 */
export const authenticateForHost = (app: FastifyInstance): Guard => (request, reply, done) => {
  const refuse = (error: unknown) => {
    const failure = known(error as FastifyError)
    setFailureHeaders(failure, reply)
    done(failure)
  }

  if (app.isCrossSite(request)) return refuse(new CrossSiteRequest())
  if (repeatsHeaders(request.raw)) return refuse(new MalformedRequest())
  app.authenticate(request, reply, (error) => error === undefined ? done() : refuse(error))
}
