import type { FastifyInstance } from 'fastify'

/** A service that may ask about tokens. */
export const machine = { id: 'orders', secret: 'e8ce8d5c0f1c4b0f9d3b' }

export const withMachine = { INTROSPECTION_CLIENTS: `${machine.id}:${machine.secret}` }

export const basic = (id: string, secret: string) => ({ authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` })

export const asMachine = basic(machine.id, machine.secret)

export const formType = 'application/x-www-form-urlencoded'

/** Sends a form, as the machine unless other headers say otherwise. */
export const sendForm = async (app: FastifyInstance, url: string, fields: Record<string, string> | string, headers: Record<string, string> = asMachine) =>
  await app.inject({ method: 'POST', url, headers: { 'content-type': formType, ...headers }, payload: new URLSearchParams(fields).toString() })

export const introspect = async (app: FastifyInstance, token: string) => await sendForm(app, '/api/auth/introspect', { token })

export const revoke = async (app: FastifyInstance, token: string) => await sendForm(app, '/api/auth/revoke', { token })
