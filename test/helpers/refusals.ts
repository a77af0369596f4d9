import type { LightMyRequestResponse } from 'fastify'
import type { Test } from 'tap'
import { forge, makeKey, read } from './issuer.js'

/** A token that says what a token of ours says, header included, under the signature of somebody else. */
export async function signedByAnother (token: string): Promise<string> {
  const { pem } = await makeKey('access')
  const { headerText, payloadText } = read(token)
  return forge(pem, headerText, payloadText)
}

/** What an answer is apart from its id and its date. */
export function everythingOf (response: LightMyRequestResponse) {
  const { 'x-request-id': _id, date: _date, ...headers } = response.headers
  return { statusCode: response.statusCode, headers, body: response.body }
}

/** It is the 401 of a token that is no good, and says so in the words that clients in the field wait for. */
export function isTokenInvalid (t: Test, response: LightMyRequestResponse, what = 'the answer') {
  t.equal(response.statusCode, 401, what)
  t.match(response.json(), { status: 'fail', code: 'token_invalid', message: /^You are not logged in/ })
  t.equal(response.headers['www-authenticate'], 'Bearer error="invalid_token"')
}

export function isTokenMissing (t: Test, response: LightMyRequestResponse) {
  t.equal(response.statusCode, 401)
  t.match(response.json(), { status: 'fail', code: 'token_missing', message: /^You are not logged in/ })
  t.equal(response.headers['www-authenticate'], 'Bearer')
}
