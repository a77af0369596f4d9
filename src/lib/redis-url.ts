export interface RedisHost { host: string, port: number }

export interface RedisAddress {
  form: 'single' | 'sentinel' | 'cluster'
  hosts: RedisHost[]
  account: { username?: string, password?: string, tls?: object }
  /** What the sentinels themselves want to know. */
  sentinelAccount: { sentinelUsername?: string, sentinelPassword?: string }
  master: string
  db: number
}

const highestPort = 65535

/**
 * Reads `redis[s]://[user:password@]host[:port][/db]`, `redis[s]+sentinel://…host,host/master[/db]`, with `?sentinel_username=…&sentinel_password=…`,
 * and `redis[s]+cluster://…host,host`. @throws Error when it is none of these
 */
export function readRedisUrl (url: string): RedisAddress {
  const [, tls, form = 'single', account, hosts, path = '', query] = /^redis(s)?(?:\+(sentinel|cluster))?:\/\/(?:([^/?]*)@)?([^/?]*)\/*([^?]*)\??(.*)$/.exec(url) ?? []
  if (hosts === undefined || (form === 'single' && hosts.includes(','))) throw unreadable()

  const [, username, password] = (/^([^:]*):?(.*)$/.exec(account ?? '') ?? []).map(decodeURIComponent)
  const [master, db = ''] = form === 'sentinel' ? path.split('/') : ['', path]
  if (!/^\d{0,9}$/.test(db)) throw unreadable()
  const asked = new URLSearchParams(query)
  const [sentinelUsername, sentinelPassword] = [asked.get('sentinel_username'), asked.get('sentinel_password')]

  return {
    form: form as RedisAddress['form'],
    hosts: hosts.split(',').map((host) => readHost(host, form === 'sentinel' ? 26379 : 6379)),
    account: {
      ...(username ? { username } : {}),
      ...(password ? { password } : {}),
      ...(tls === 's' ? { tls: {} } : {})
    },
    sentinelAccount: { ...(sentinelUsername ? { sentinelUsername } : {}), ...(sentinelPassword ? { sentinelPassword } : {}) },
    master: master || 'mymaster',
    db: Number(db)
  }
}

function readHost (text: string, fallback: number): RedisHost {
  const [, name, port = fallback] = /^(\[[^\]@]*\]|[^:@\s]*)(?::(\d+))?$/.exec(text) ?? []
  if (name === undefined || Number(port) > highestPort) throw unreadable()
  return { host: name.replace(/[[\]]/g, '') || 'localhost', port: Number(port) }
}

const unreadable = () => new Error('REDIS_URL cannot be read')
