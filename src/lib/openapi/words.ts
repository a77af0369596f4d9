import type { Header } from './document.js'
import type { Schema } from './route.js'

export const tags = [
  { name: 'accounts', description: 'Opening an account, verifying its address, and getting back into it.' },
  { name: 'sessions', description: 'Signing in, staying signed in, and signing out.' },
  { name: 'users', description: 'One\'s own account.' },
  { name: 'admin', description: 'For users whose role is `admin`.' },
  { name: 'machines', description: 'For other services, proxies and gateways that want to know who is calling.' },
  { name: 'discovery', description: 'What programs read to find their way.' },
  { name: 'health', description: 'For load balancers and those who watch.' }
]

export const conventions = [
  'JSON in UTF-8. Times are RFC 3339 in UTC, durations whole seconds. Fields of a body that are not named here are ignored.',
  'A success says `"status": "success"`. A failure says `"status": "fail"` when the caller is at fault and `"status": "error"` when the server is; programs go by its `code`, which does not change.',
  'Access tokens come as `Authorization: Bearer …` or in a cookie; a request with both is judged by the header. A browser app sends `credentials: "include"`, and its origin stands in `CLIENT_ORIGINS`; from other sites nothing may be changed.',
  'Every answer carries `X-Request-Id`: the caller\'s own, if it sent a sane one. An unknown route or method answers 404 `not_found`. A request that cannot be read as HTTP, takes too long to arrive or has headers that are too large answers 400 `malformed_request`, 408 `request_timeout` or 431 `headers_too_large`, whatever it asks for.'
].join('\n\n')

const header = (description: string, schema: Schema): Header => ({ description, required: true, schema })

export const headers: Record<string, Header> = {
  RequestId: header('What the log calls this request.', { type: 'string', examples: ['kq3vX0aZbT9w-4f'] }),
  NoStore: header('Nothing keeps this answer.', { type: 'string', const: 'no-store' }),
  Challenge: header('How to say who is calling (RFC 6750).', { type: 'string', enum: ['Bearer', 'Bearer error="invalid_token"'] }),
  ClientChallenge: header('How to say which client is calling (RFC 7617).', { type: 'string', pattern: '^Basic ' }),
  RetryAfter: header('Seconds to wait before the next try.', { type: 'integer', minimum: 1 })
}

export const securitySchemes = (cookiePrefix: string): Record<string, Schema> => ({
  bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A live access token.' },
  cookie: { type: 'apiKey', in: 'cookie', name: `${cookiePrefix}access_token`, description: 'The cookie that signing in sets. No script can read it.' },
  refreshCookie: { type: 'apiKey', in: 'cookie', name: `${cookiePrefix}refresh_token`, description: 'The cookie that holds the refresh token. It goes to the routes of `/api/auth` alone.' },
  client: { type: 'http', scheme: 'basic', description: 'A client of `INTROSPECTION_CLIENTS`.' }
})
