import { startSentinels } from '../redis-forms.js'

/** Behind Sentinel: the master is killed, and comes back as a replica of its heir. */
export default {
  name: 'sentinel-failover',

  async open ({ folder }) {
    const { url, failOver, close } = await startSentinels(folder)
    return { settings: { both: { REDIS_URL: url } }, strike: async ({ milliseconds }) => await failOver(milliseconds), close }
  }
}
