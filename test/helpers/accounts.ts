import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { bearer, type Account } from './users.js'

export const newPassword = 'another harbour at dusk'

/** Asks for another password, with the current one. */
export const changePassword = async (app: FastifyInstance, accessToken: string, { password }: Pick<Account, 'password'>, wanted = newPassword, remoteAddress = '127.0.0.1'): Promise<LightMyRequestResponse> =>
  await app.inject({ method: 'PUT', url: '/api/users/me/password', headers: bearer(accessToken), payload: { currentPassword: password, newPassword: wanted }, remoteAddress })

export const deleteMe = async (app: FastifyInstance, accessToken: string, { password }: Pick<Account, 'password'>, remoteAddress = '127.0.0.1'): Promise<LightMyRequestResponse> =>
  await app.inject({ method: 'DELETE', url: '/api/users/me', headers: bearer(accessToken), payload: { password }, remoteAddress })
