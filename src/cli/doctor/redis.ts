import type { Config } from '../../config.js'
import { readRedisFacts, type RedisFacts, type RedisServer } from '../../store/redis-facts.js'
import { readRedisUrl } from '../../lib/redis-url.js'
import { about, isLoopback, orOk, type Finding } from './finding.js'

/** Whether Redis is there, keeps what it has to keep, and passes word on. */
export async function examineRedis ({ production, redisUrl }: Pick<Config, 'production' | 'redisUrl'>, now: () => number): Promise<Finding[]> {
  const { ok, warning, wrong } = about('redis')
  if (redisUrl === undefined) {
    return [production ? warning('REDIS_URL is not set: this is right for one node, and for no more', 'set REDIS_URL before a second node starts') : ok('none: one node')]
  }
  try {
    const facts = await readRedisFacts(redisUrl, now)
    return [...judgeServers(facts), ...judgeEviction(facts), ...judgeMemory(facts), ...judgePersistence(facts), ...judgeChannel(facts), ...judgeAccess(redisUrl, production)]
  } catch (error) {
    return [wrong(`cannot be asked: ${(error as Error).message}`, remedyOf((error as Error).message))]
  }
}

function remedyOf (message: string): string {
  if (/WRONGPASS|NOAUTH/.test(message)) return 'mend the user and the password in REDIS_URL'
  if (/NOPERM/.test(message)) return 'let its user do what nodes do: acl setuser … ~gatehouse:* &gatehouse:* +@all -@dangerous +info'
  return 'see that Redis runs, and that REDIS_URL is right'
}

const each = (servers: RedisServer[], judge: (server: RedisServer) => Finding | undefined | false) => servers.map(judge)

export function judgeServers ({ form, servers, whole }: RedisFacts): Finding[] {
  const { ok, warning, wrong } = about('redis')
  return orOk([
    !whole && wrong('the cluster does not serve every slot', 'bring the missing masters back'),
    ...each(servers, ({ name, role }) => role !== 'master' && wrong(`${name} is a replica and takes no writes`, 'let REDIS_URL lead to the master')),
    ...each(servers, ({ name, loading }) => loading && wrong(`${name} is loading its data`, 'wait until it has')),
    ...each(servers, ({ name, version }) => Number.parseInt(version) < 7 && warning(`${name} has version ${version}, older than what is tested`, 'use Redis 7 or newer')),
    ...each(servers, ({ name, replicas }) => form !== 'single' && replicas === 0 && warning(`${name} has no replica that could take over`, 'start one')),
    ...each(servers, ({ name, ahead }) => Math.abs(ahead) > 60_000 && warning(`the clock of ${name} is ${Math.abs(ahead) / 1000} s ${ahead > 0 ? 'ahead of' : 'behind'} this machine's`, 'let both keep time by NTP: after a failover, waits of too many attempts are longer or shorter by as much'))
  ], ok(`${form === 'single' ? 'one server' : form}, version ${[...new Set(servers.map(({ version }) => version))].join(', ')}`))
}

/**
 * Every key of ours expires. Copies may go at any time; counts of attempts may not go silently while somebody guesses. Among the
 * policies that make room, only the longest unused goes first with `lru`, and a count is touched by each guess. By what is left of
 * its time (`ttl`), by how often it is asked for (`lfu`) and at random, counts go before copies.
 */
export function judgeEviction ({ servers }: RedisFacts): Finding[] {
  const { ok, warning, wrong } = about('redis eviction')
  const right = 'set maxmemory-policy to allkeys-lru, which gives up copies that nobody asks for; or to noeviction, which gives up nothing and then takes nothing'
  return orOk([
    ...each(servers, ({ name, policy }) => !/^(noeviction|(allkeys|volatile)-lru)$/.test(policy) && policy !== '' &&
      wrong(`${name} makes room by ${policy}: counts of guesses at passwords are thrown out while they are needed`, right)),
    ...each(servers, ({ name, evicted }) => evicted > 0 &&
      warning(`${name} has thrown out ${evicted} keys since it started: counts of guesses may be among them, and copies are read from Postgres again`, 'give it more memory'))
  ], ok(`${[...new Set(servers.map(({ policy }) => policy || 'unknown'))].join(', ')}, nothing thrown out`))
}

export function judgeMemory ({ servers }: RedisFacts): Finding[] {
  const { ok, warning, wrong } = about('redis memory')
  const share = ({ usedMemory, maxMemory }: RedisServer) => maxMemory === 0 ? 0 : Math.round(usedMemory / maxMemory * 100)
  const full = ({ policy }: RedisServer) => policy === 'noeviction' ? 'it takes neither copies nor counts when it is full' : 'it throws out what it holds when it is full'
  return orOk([
    ...each(servers, (server) => share(server) >= 95 && wrong(`${server.name} is ${share(server)} % full: ${full(server)}`, 'raise maxmemory')),
    ...each(servers, (server) => share(server) >= 80 && share(server) < 95 && warning(`${server.name} is ${share(server)} % full: ${full(server)}`, 'raise maxmemory'))
  ], ok(servers.map((server) => `${Math.ceil(server.usedMemory / 2 ** 20)} MiB used${server.maxMemory === 0 ? ', no maxmemory' : `, ${share(server)} % of maxmemory`}`).join('; ')))
}

export function judgePersistence ({ servers }: RedisFacts): Finding[] {
  const { ok, wrong } = about('redis persistence')
  const kept = [...new Set(servers.flatMap(({ persists }) => persists))]
  return orOk(
    each(servers, ({ name, writeFailed }) => writeFailed && wrong(`${name} failed to write to its disk, and may take no writes until it can`, 'make room on its disk, or turn persistence off: everything there is a copy or a count')),
    ok(kept.length === 0 ? 'none, and none is needed: a restart forgets counts of attempts' : `${kept.join(' and ')}: counts of attempts outlive a restart`)
  )
}

export function judgeChannel ({ roundTrip, listeners }: RedisFacts): Finding[] {
  const { ok, warning, wrong } = about('redis channel')
  return orOk([
    typeof roundTrip === 'string' && wrong(`no word comes through: ${roundTrip}; nodes hear of endings a second later`, 'let publish and subscribe pass, in its access list (&gatehouse:*) and in what is in between'),
    typeof roundTrip === 'number' && roundTrip > 50 && warning(`a word takes ${roundTrip} ms: endings are heard as much later`, 'bring Redis nearer to the nodes')
  ], ok(`a word takes ${roundTrip} ms; subscribed nodes: ${listeners}`))
}

export function judgeAccess (url: string, production: boolean): Finding[] {
  const { ok, warning } = about('redis access')
  const { account, hosts } = readRedisUrl(url)
  const open = production && account.password === undefined && !hosts.every(({ host }) => isLoopback(host))
  return orOk([
    open && warning('no password: whoever reaches Redis can write sessions', 'set one, and let only the nodes reach it')
  ], ok(account.tls === undefined ? 'in the clear' : 'by TLS'))
}
