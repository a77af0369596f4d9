import { readRedisUrl } from './redis-url.js'

/** Of the form that postgres.js takes, which is no URL where it names several hosts. */
export function isPostgresUrl (url: string): boolean {
  const [, account = '', hosts, rest = ''] = /^postgres(?:ql)?:\/\/(?:([^/?#]*)@)?([^/?#]*)([/?].*)?$/.exec(url) ?? []
  return hosts !== undefined && [account, hosts, rest].every(isDecodable) && hosts.split(',').every((host) => URL.canParse(`postgres://${host}${rest}`))
}

export function isRedisUrl (url: string): boolean {
  try {
    readRedisUrl(url)
    return true
  } catch {
    return false
  }
}

export function isSmtpUrl (url: string): boolean {
  if (!/^smtps?:\/\//.test(url) || !URL.canParse(url)) return false
  const { hostname, username, password } = new URL(url)
  return hostname !== '' && [username, password].every(isDecodable)
}

function isDecodable (text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
