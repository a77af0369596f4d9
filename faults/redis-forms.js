import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../bench/ports.js'
import { startRedis, startSentinel } from './redis.js'

const patience = 20_000
const slots = 16_384
const atOnce = ['--repl-diskless-sync-delay', '0']
const isHeir = async ({ tell }) => (await tell('role'))[0] === 'master'
const follows = async ({ tell }) => (await tell('role'))[3] === 'connected'

// Each node has one connection that listens to changes.
async function areHeard (servers) {
  const lists = await Promise.all(servers.map(({ tell }) => tell('client', 'list', 'type', 'pubsub')))
  return lists.join('').trim().split('\n').filter(Boolean).length >= 2
}

async function until (condition, what) {
  for (const end = performance.now() + patience; !await condition().catch(() => false); await pause(20)) {
    if (performance.now() > end) throw new Error(`${what} did not come about`)
  }
}

/** What every form gives: its address, and a master that can be failed over, after which it comes back as the replica of its heir. */
const formOf = ({ url, master, heir, servers, sentinels = [] }) => ({
  url,

  // Nodes that never found their way there would lose nothing either.
  async failOver (milliseconds) {
    await until(() => areHeard(servers), 'two nodes that listen')
    await master.kill()
    await Promise.all([pause(milliseconds), until(() => isHeir(heir), 'a failover')])
    await until(() => areHeard(servers.filter((server) => server !== master)), 'two nodes that listen again')
    await master.start()
  },

  close: async () => { await Promise.all([...sentinels, ...servers].map((each) => each.close())) }
})

/** A master, its replica, and three sentinels that watch them. */
export async function startSentinels (folder) {
  const master = await startRedis(folder, ...atOnce)
  const heir = await startRedis(folder, ...atOnce, '--replicaof', '127.0.0.1', String(master.port))
  await until(() => follows(heir), 'a replica')

  const sentinels = await Promise.all([1, 2, 3].map(() => startSentinel(folder, 'mymaster', master)))
  await Promise.all(sentinels.map(async ({ tell }) => await until(async () => {
    const told = await tell('sentinel', 'master', 'mymaster')
    const said = (name) => told[told.indexOf(name) + 1]
    return said('num-slaves') === '1' && said('num-other-sentinels') === '2'
  }, 'a sentinel that knows the others')))

  const hosts = sentinels.map(({ port }) => `127.0.0.1:${port}`)
  return formOf({ url: `redis+sentinel://${hosts.join(',')}/mymaster`, master, heir, servers: [master, heir], sentinels })
}

/** Three masters that share the slots, each with a replica. */
export async function startCluster (folder) {
  const servers = await Promise.all(Array.from({ length: 6 }, async () => {
    const bus = await freePort()
    return { bus, ...await startRedis(folder, ...atOnce, '--cluster-enabled', 'yes', '--cluster-port', String(bus), '--cluster-node-timeout', '1000') }
  }))
  const [masters, replicas] = [servers.slice(0, 3), servers.slice(3)]
  const [first] = masters

  await Promise.all(masters.map(async ({ tell }, place) => {
    const [from, to] = [place, place + 1].map((third) => Math.ceil(slots * third / masters.length))
    await tell('cluster', 'addslotsrange', from, to - 1)
  }))
  for (const { tell } of servers.slice(1)) await tell('cluster', 'meet', '127.0.0.1', first.port, first.bus)
  const known = async ({ tell }) => (await tell('cluster', 'nodes')).trim().split('\n').filter((line) => !line.includes('handshake')).length
  await until(async () => (await Promise.all(servers.map(known))).every((count) => count === servers.length), 'a cluster of six')

  await Promise.all(replicas.map(async (replica, place) => {
    await replica.tell('cluster', 'replicate', await masters[place].tell('cluster', 'myid'))
    await until(() => follows(replica), 'a replica')
  }))
  await Promise.all(servers.map(async ({ tell }) => await until(async () => {
    const nodes = await tell('cluster', 'nodes')
    return (await tell('cluster', 'info')).includes('cluster_state:ok') && nodes.split(/ (?:myself,)?slave /).length === replicas.length + 1
  }, 'a cluster that is whole')))

  return formOf({ url: `redis+cluster://${servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}`, master: first, heir: replicas[0], servers })
}
