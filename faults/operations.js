import { call, claimsOf, givenBy } from './client.js'

export const password = 'lantern gravel orbit mistral'

/**
 * What clients do, each call an entry of the history: what was asked of which node, when, and what came back.
 * `started` hears of a call before it is sent.
 */
export function createOperations ({ history, nodes, started = () => {} }) {
  // Who is told `Connection: close` turns to another node, as a load balancer does.
  const stayed = (node) => node.leaving ? nodes.find(({ leaving }) => !leaving) ?? node : node

  async function operation (kind, wished, about, request, read = () => ({})) {
    const node = stayed(wished)
    const entry = { kind, node: node.name, ...about, start: performance.now(), end: Infinity, status: undefined }
    history.push(entry)
    started(entry, node)
    const { status, failure, retryAfter, leaves, answer } = await call(node, request)
    if (leaves) node.leaving = true
    Object.assign(entry, { end: performance.now(), status, failure, retryAfter, code: answer?.code })
    if (status === 200) Object.assign(entry, read(answer))
    return { entry, answer }
  }

  const given = (answer) => ({ given: givenBy(answer) })

  return {
    async register (node, email) {
      const { entry } = await operation('register', node, { user: email },
        { method: 'POST', path: '/api/auth/register', json: { name: 'Ada', email, password } },
        ({ data: { user } }) => ({ who: user.id, whose: user.email }))
      return entry
    },

    async login (node, email) {
      const { entry, answer } = await operation('login', node, { user: email },
        { method: 'POST', path: '/api/auth/login', json: { email, password, transport: 'body' } }, given)
      return { entry, device: entry.status === 200 ? deviceOf(email, answer) : undefined }
    },

    async refresh (node, device, token = device.refresh) {
      const { entry, answer } = await operation('refresh', node, { user: device.user, sid: device.sid, presented: claimsOf(token).jti },
        { method: 'POST', path: '/api/auth/refresh', json: { refresh_token: token } }, given)
      return { entry, device: entry.status === 200 ? deviceOf(device.user, answer) : undefined }
    },

    async me (node, device, token = device.access) {
      const { entry } = await operation('me', node, { user: device.user, sid: device.sid, presented: claimsOf(token).jti },
        { path: '/api/users/me', bearer: token }, ({ data: { user } }) => ({ who: user.id, whose: user.email }))
      return entry
    },

    async logout (node, device) {
      const { entry } = await operation('logout', node, { user: device.user, sid: device.sid },
        { method: 'POST', path: '/api/auth/logout', json: { refresh_token: device.refresh } })
      return entry
    },

    async everywhere (node, device) {
      const { entry } = await operation('everywhere', node, { user: device.user, sid: device.sid, presented: claimsOf(device.access).jti },
        { method: 'POST', path: '/api/auth/logout', bearer: device.access, json: { everywhere: true } })
      return entry
    }
  }
}

/** What a client holds once it is signed in. */
function deviceOf (user, { access_token: access, refresh_token: refresh }) {
  return { user, sid: claimsOf(access).sid, access, refresh, parents: [], replaced: [], doubtful: false }
}
