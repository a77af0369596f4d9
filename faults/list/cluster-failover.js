import { startCluster } from '../redis-forms.js'

/** In a Cluster: one of three masters is killed, and comes back as a replica of its heir. */
export default {
  name: 'cluster-failover',

  async open ({ folder }) {
    const { url, failOver, close } = await startCluster(folder)
    return { settings: { both: { REDIS_URL: url } }, strike: async ({ milliseconds }) => await failOver(milliseconds), close }
  }
}
