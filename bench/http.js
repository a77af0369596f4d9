import { Agent, request as send } from 'node:http'

export function connection () {
  return new Agent({ keepAlive: true, maxSockets: 1 })
}

export function request (agent, url, { method = 'GET', headers = {}, json } = {}) {
  const body = json === undefined ? undefined : JSON.stringify(json)
  const described = body === undefined
    ? headers
    : { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }

  return new Promise((resolve, reject) => {
    const outgoing = send(url, { agent, method, headers: described }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (part) => { text += part })
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text }))
      answer.on('error', reject)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
