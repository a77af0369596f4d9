import type { FastifyInstance } from 'fastify'
import type { Config } from './config.js'
import type { Leave } from './lib/leave.js'
import accounts from './plugins/accounts.js'
import administration from './plugins/administration.js'
import authenticate from './plugins/authenticate.js'
import type { IdentitySlot } from './plugins/authentication.js'
import clients from './plugins/clients.js'
import config from './plugins/config.js'
import copies from './plugins/copies.js'
import cors from './plugins/cors.js'
import credentials from './plugins/credentials.js'
import crossSite from './plugins/cross-site.js'
import database from './plugins/database.js'
import draining from './plugins/draining.js'
import duplicateHeaders from './plugins/duplicate-headers.js'
import errors from './plugins/errors.js'
import events from './plugins/events.js'
import forms from './plugins/forms.js'
import guesses from './plugins/guesses.js'
import headers from './plugins/headers.js'
import health from './plugins/health.js'
import introspection from './plugins/introspection.js'
import issuing from './plugins/issuing.js'
import keyRotation from './plugins/key-rotation.js'
import keys from './plugins/keys.js'
import limits from './plugins/limits.js'
import logoutTokens from './plugins/logout-tokens.js'
import mailer from './plugins/mailer.js'
import measures from './plugins/measures.js'
import metrics from './plugins/metrics.js'
import openapi from './plugins/openapi.js'
import overview from './plugins/overview.js'
import passwords from './plugins/passwords.js'
import presentedTokens from './plugins/presented-tokens.js'
import purge from './plugins/purge.js'
import redis from './plugins/redis.js'
import refreshTokens from './plugins/refresh-tokens.js'
import requestLog from './plugins/request-log.js'
import requestMeasures from './plugins/request-measures.js'
import requestOrigin from './plugins/request-origin.js'
import sessions from './plugins/sessions.js'
import tokenReplies from './plugins/token-replies.js'
import tokens from './plugins/tokens.js'
import tracing from './plugins/tracing.js'
import users from './plugins/users.js'
import validation from './plugins/validation.js'
import webhook from './plugins/webhook.js'
import changeUser from './routes/admin/change-user.js'
import deleteUser from './routes/admin/delete-user.js'
import endUserSessions from './routes/admin/end-user-sessions.js'
import getOverview from './routes/admin/get-overview.js'
import getUser from './routes/admin/get-user.js'
import listEvents from './routes/admin/list-events.js'
import listKeys from './routes/admin/list-keys.js'
import listUserSessions from './routes/admin/list-user-sessions.js'
import listUsers from './routes/admin/list-users.js'
import rotateKeys from './routes/admin/rotate-keys.js'
import changeMe from './routes/change-me.js'
import changeMyEmail from './routes/change-my-email.js'
import changeMyPassword from './routes/change-my-password.js'
import check from './routes/check.js'
import deleteMe from './routes/delete-me.js'
import docs from './routes/docs.js'
import endOtherSessions from './routes/end-other-sessions.js'
import endSession from './routes/end-session.js'
import forgotPassword from './routes/forgot-password.js'
import getMe from './routes/get-me.js'
import healthLive from './routes/health-live.js'
import healthReady from './routes/health-ready.js'
import healthchecker from './routes/healthchecker.js'
import introspect from './routes/introspect.js'
import jwks from './routes/jwks.js'
import listSessions from './routes/list-sessions.js'
import login from './routes/login.js'
import logout from './routes/logout.js'
import openapiDocument from './routes/openapi.js'
import refresh from './routes/refresh.js'
import register from './routes/register.js'
import resetPassword from './routes/reset-password.js'
import revoke from './routes/revoke.js'
import serverMetadata from './routes/server-metadata.js'
import verifyEmail from './routes/verify-email.js'
import verifyEmailPage from './routes/verify-email-page.js'
import verifyEmailSend from './routes/verify-email-send.js'
import web from './routes/web.js'

export interface Surroundings {
  config: Config
  now: () => number
  leave: Leave
  /** Inside somebody else's Fastify. */
  embedded: boolean
  slot: IdentitySlot
}

/** Every plugin and every route there is, by name and in order. */
export async function assemble (app: FastifyInstance, { config: settings, now, leave, embedded, slot }: Surroundings): Promise<void> {
  await app.register(config, { config: settings, now, embedded })
  await app.register(measures)
  await app.register(tracing)
  await app.register(errors)
  await app.register(draining, { leave })
  await app.register(headers)
  await app.register(crossSite)
  await app.register(cors)
  await app.register(duplicateHeaders)
  await app.register(validation)
  await app.register(forms)
  await app.register(openapi)
  await app.register(requestLog)
  await app.register(requestMeasures)
  await app.register(requestOrigin)

  await app.register(keys)
  await app.register(keyRotation)
  await app.register(tokens)
  await app.register(database)
  await app.register(events)
  await app.register(webhook)
  await app.register(redis)
  await app.register(passwords)
  await app.register(users)
  await app.register(copies)
  await app.register(mailer)
  await app.register(issuing)
  await app.register(sessions)
  await app.register(accounts)
  await app.register(purge)
  await app.register(presentedTokens)
  await app.register(authenticate, { slot })
  await app.register(administration)
  await app.register(tokenReplies)
  await app.register(limits)
  await app.register(guesses)
  await app.register(credentials)
  await app.register(refreshTokens)
  await app.register(logoutTokens)
  await app.register(clients)
  await app.register(introspection)
  await app.register(health)
  await app.register(metrics)
  await app.register(overview)

  await app.register(healthchecker)
  await app.register(healthLive)
  await app.register(healthReady)
  await app.register(register)
  await app.register(login)
  await app.register(refresh)
  await app.register(logout)
  await app.register(verifyEmailSend)
  await app.register(verifyEmail)
  await app.register(verifyEmailPage)
  await app.register(forgotPassword)
  await app.register(resetPassword)
  await app.register(getMe)
  await app.register(changeMe)
  await app.register(changeMyPassword)
  await app.register(changeMyEmail)
  await app.register(deleteMe)
  await app.register(listSessions)
  await app.register(endSession)
  await app.register(endOtherSessions)
  await app.register(check)
  await app.register(introspect)
  await app.register(revoke)
  await app.register(jwks)
  await app.register(serverMetadata)
  await app.register(openapiDocument)
  await app.register(docs)
  await app.register(web)

  await app.register(listUsers)
  await app.register(getUser)
  await app.register(changeUser)
  await app.register(deleteUser)
  await app.register(listUserSessions)
  await app.register(endUserSessions)
  await app.register(listEvents)
  await app.register(getOverview)
  await app.register(listKeys)
  await app.register(rotateKeys)
}
