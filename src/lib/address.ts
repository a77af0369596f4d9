import ipaddr from 'ipaddr.js'

/** What counts as one caller: an IPv4 address, or the /64 that an IPv6 address lies in. */
export function networkOf (ip: string): string {
  if (!ipaddr.isValid(ip)) return ip
  const address = ipaddr.process(ip)
  if (address.kind() === 'ipv4') return address.toString()
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address.toNormalizedString()}/64`).toString()}/64`
}

const wellKnown = ['loopback', 'linklocal', 'uniquelocal']

/** Whether a text names a proxy: an address, a network such as `10.0.0.0/8`, or one of the well-known ranges. */
export const isNetwork = (text: string): boolean =>
  wellKnown.includes(text) || ipaddr.IPv6.isValid(text) || ipaddr.IPv6.isValidCIDR(text) ||
  ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv4.isValidCIDRFourPartDecimal(text)
