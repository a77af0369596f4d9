import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import type { Test } from 'tap'
import { tokenSentTo } from './outbox.js'
import { bearer, createUser, signIn, uniqueEmail, type Account, type SignedIn } from './users.js'

/** Presents a token of a mail that asks whether an address is somebody's. */
export const verifyEmail = async (app: FastifyInstance, token: unknown): Promise<LightMyRequestResponse> =>
  await app.inject({ method: 'POST', url: '/api/auth/verify-email', payload: { token } })

export const forgetPassword = async (app: FastifyInstance, email: string, remoteAddress = '127.0.0.1'): Promise<LightMyRequestResponse> =>
  await app.inject({ method: 'POST', url: '/api/auth/forgot-password', payload: { email }, remoteAddress })

export const resetPassword = async (app: FastifyInstance, token: unknown, password: string): Promise<LightMyRequestResponse> =>
  await app.inject({ method: 'POST', url: '/api/auth/reset-password', payload: { token, password } })

export const changeEmail = async (app: FastifyInstance, accessToken: string, payload: object, remoteAddress = '127.0.0.1'): Promise<LightMyRequestResponse> =>
  await app.inject({ method: 'PUT', url: '/api/users/me/email', headers: bearer(accessToken), payload, remoteAddress })

/** The secret that an account was mailed as it was opened, or since. */
export const verifyToken = async (app: FastifyInstance, { email }: { email: string }): Promise<string> => await tokenSentTo(app, email, /Confirm your email/)

/** The secret that somebody who forgot the password is mailed. */
export async function resetToken (app: FastifyInstance, { email }: { email: string }): Promise<string> {
  await forgetPassword(app, email)
  return await tokenSentTo(app, email, /new password/)
}

/** Somebody signed in who has asked for another address, and the secret that was mailed there. */
export async function changing (app: FastifyInstance, email = uniqueEmail()): Promise<{ account: Account, session: SignedIn, email: string, token: string }> {
  const account = await createUser(app)
  const session = await signIn(app, account)
  await changeEmail(app, session.accessToken, { email, password: account.password })
  return { account, session, email, token: await tokenSentTo(app, email, /Confirm your new/) }
}

/** Lets the secrets of a user's mails grow too old. */
export async function outlive (app: FastifyInstance, userId: string) {
  await app.sql`update email_tokens set created_at = created_at - interval '2 days', expires_at = now() - interval '1 millisecond' where user_id = ${userId}`
}

/** It is the 400 of a mailed token that is no good. */
export function isLinkInvalid (t: Test, response: LightMyRequestResponse, what = 'the answer') {
  t.equal(response.statusCode, 400, what)
  t.match(response.json(), { status: 'fail', code: 'token_invalid' }, what)
}

/** One of all who were at it at once has it, and the others are refused; a machine that is too busy may say so. */
export function isWonByOne (t: Test, answers: LightMyRequestResponse[]) {
  const refusals = answers.map(({ statusCode }) => statusCode).filter((status) => status !== 200)
  t.equal(refusals.length, answers.length - 1)
  t.same(refusals.filter((status) => status !== 400 && status !== 503), [])
}
