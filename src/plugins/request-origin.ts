import fp from 'fastify-plugin'
import type { Origin } from '../store/events.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** Where the request came from, as sessions and events remember it. */
    from: () => Origin
  }
}

const longestUserAgent = 512
// An IPv6 address in its longest spelling; a trusted proxy may forward what is no address.
const longestAddress = 45

export default fp(async (app) => {
  app.decorateRequest('from', function () {
    const userAgent = this.headers['user-agent']
    return { ip: this.ip.slice(0, longestAddress), userAgent: userAgent === undefined ? null : [...userAgent].slice(0, longestUserAgent).join('') }
  })
}, { name: 'request-origin' })
