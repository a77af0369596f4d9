import fp from 'fastify-plugin'
import { decorateAuthentication } from './authentication.js'

export default fp(async (app) => {
  decorateAuthentication(app, {
    presented: (request) => request.presentedAccessTokens(),
    recognise: app.sessions.recognise,
    identify: app.sessions.identify
  })
}, { name: 'authenticate', dependencies: ['sessions', 'presented-tokens'] })
