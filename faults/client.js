import { createHash } from 'node:crypto'
import { request as send } from 'node:http'

/** No answer for so long is a hang. */
export const patienceMilliseconds = 5000

/** One request to a node, with what came of it; it never throws. Status 0 is no answer, and `failure` says why. */
export function call (node, { method = 'GET', path, bearer, json, headers = {} }) {
  const body = json === undefined ? undefined : JSON.stringify(json)
  const described = {
    ...headers,
    ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
  }

  return new Promise((resolve) => {
    const outgoing = send(node.url + path, { agent: node.agent, method, headers: described }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (part) => { text += part })
      answer.on('end', () => settle({ status: answer.statusCode, leaves: answer.headers.connection === 'close', retryAfter: answer.headers['retry-after'], answer: parsed(text) }))
      answer.on('error', fail)
    })
    const patience = setTimeout(() => {
      settle({ status: 0, failure: 'hang' })
      outgoing.destroy()
    }, patienceMilliseconds)
    const settle = (outcome) => {
      clearTimeout(patience)
      resolve(outcome)
    }
    const fail = (error) => settle({ status: 0, failure: error.code ?? error.message })
    outgoing.on('error', fail)
    outgoing.end(body)
  })
}

function parsed (text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString())

/** The tokens of an answer as the history keeps them. */
export function givenBy ({ access_token: access, refresh_token: refresh }) {
  const { sub, sid, jti, role } = claimsOf(access)
  const of = claimsOf(refresh)
  return {
    sub,
    sid,
    role,
    access: jti,
    refresh: of.jti,
    agrees: of.sub === sub && of.sid === sid,
    bytes: createHash('sha256').update(`${access} ${refresh}`).digest('base64url')
  }
}
