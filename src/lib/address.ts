import ipaddr from 'ipaddr.js'

/** What counts as one caller: an IPv4 address, or the /64 that an IPv6 address lies in. */
export function networkOf (ip: string): string {
  if (!ipaddr.isValid(ip)) return ip
  const address = ipaddr.process(ip)
  if (address.kind() === 'ipv4') return address.toString()
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address.toNormalizedString()}/64`).toString()}/64`
}
