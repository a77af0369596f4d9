import t from 'tap'
import { createClients } from '../../src/lib/client-credentials.js'

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

t.test('the clients', async (t) => {
  const isClient = createClients(['orders:a+secret/with=signs', 'billing:one', 'billing:other', 'colons:a:b'])

  const known: [string, string][] = [
    ['the first', basic('orders:a+secret/with=signs')],
    ['one whose secret is being changed, by the old one', basic('billing:one')],
    ['the same, by the new one', basic('billing:other')],
    ['one whose secret has a colon', basic('colons:a:b')],
    ['one that form-encodes first, as OAuth has it', basic('orders:a%2Bsecret%2Fwith%3Dsigns')],
    ['a scheme in other letters', basic('billing:one').replace('Basic', 'bASIC')]
  ]
  for (const [what, header] of known) {
    t.test(`know ${what}`, async (t) => t.equal(isClient(header), true))
  }

  const unknown: [string, string | undefined][] = [
    ['no header', undefined],
    ['an empty header', ''],
    ['a scheme alone', 'Basic'],
    ['credentials that are no base64', 'Basic billing:one'],
    ['another scheme', basic('billing:one').replace('Basic', 'Bearer')],
    ['a wrong secret', basic('billing:two')],
    ['the secret of another', basic('orders:one')],
    ['a secret that goes on', basic('billing:one1')],
    ['a secret that breaks off', basic('billing:on')],
    ['an id alone', basic('billing')],
    ['an id without a secret', basic('billing:')],
    ['a secret without an id', basic(':one')],
    ['an id in other letters', basic('Billing:one')],
    ['a pair that cannot be decoded', basic('billing:%zz')],
    ['a blank more', basic('billing:one ')]
  ]
  for (const [what, header] of unknown) {
    t.test(`do not know ${what}`, async (t) => t.equal(isClient(header), false))
  }

  t.test('are nobody when there are none', async (t) => {
    for (const header of [undefined, basic(':'), basic('')]) t.equal(createClients([])(header), false)
  })
})
