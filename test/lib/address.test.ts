import t from 'tap'
import { networkOf } from '../../src/lib/address.js'

t.test('what counts as one caller', async (t) => {
  const rows: [string, string][] = [
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['::1', '::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
    ['no address', 'no address'],
    ['', '']
  ]
  for (const [ip, network] of rows) {
    t.test(`${JSON.stringify(ip)} counts as ${JSON.stringify(network)}`, async (t) => t.equal(networkOf(ip), network))
  }
})
