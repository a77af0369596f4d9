import ipaddr from 'ipaddr.js'
import type { Config } from '../../config.js'
import { about, orOk, type Finding } from './finding.js'

/** Whether callers' addresses can be told, and not chosen by them. */
export function examineProxy ({ production, publicUrl, trustProxy }: Pick<Config, 'production' | 'publicUrl' | 'trustProxy'>): Finding[] {
  const { ok, warning, wrong } = about('proxy')
  const wide = trustProxy.filter((network) => network.includes('/') && isWide(network))
  return orOk([
    wide.length > 0 &&
      wrong(`TRUST_PROXY=${wide.join(',')} covers most of the internet: callers choose their own address, and with it their limits`, "name your proxies' own addresses"),
    production && publicUrl.startsWith('https:') && trustProxy.length === 0 &&
      warning('PUBLIC_URL is https, so a proxy stands in front, and TRUST_PROXY is not set: all callers share the limits of one address', "set TRUST_PROXY to the proxy's address")
  ], ok(trustProxy.length === 0 ? 'none is trusted' : `believed: ${trustProxy.join(', ')}`))
}

function isWide (network: string): boolean {
  const [address, prefix] = ipaddr.parseCIDR(network)
  return prefix < (address.kind() === 'ipv4' ? 8 : 16)
}
