import t from 'tap'
import { isNetwork, networkOf } from '../../src/lib/address.js'

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

t.test('the proxies that may be trusted', async (t) => {
  for (const text of ['10.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8', '2001:db8::1', 'loopback', 'linklocal', 'uniquelocal']) {
    t.test(`${text} names some`, async (t) => t.ok(isNetwork(text)))
  }
  for (const text of ['', '1', '10.1', '0x7f000001', '10.0.0.0/33', 'fd00::/129', '*', 'all', 'proxy.example.com', '10.0.0.1:80']) {
    t.test(`${JSON.stringify(text)} names none`, async (t) => t.notOk(isNetwork(text)))
  }
})
