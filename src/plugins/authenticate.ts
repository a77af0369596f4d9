import fp from 'fastify-plugin'
import { decorateAuthentication, type IdentitySlot } from './authentication.js'

export default fp<{ slot: IdentitySlot }>(async (app, { slot }) => {
  decorateAuthentication(app, {
    presented: app.accessTokensOf,
    recognise: app.sessions.recognise,
    identify: app.sessions.identify
  }, slot)
}, { name: 'authenticate', dependencies: ['sessions', 'presented-tokens'] })
