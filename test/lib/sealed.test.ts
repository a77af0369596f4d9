import t from 'tap'
import { seal, unseal } from '../../src/lib/sealed.js'

t.test('what is sealed', async (t) => {
  t.test('is read as it was written', async (t) => {
    for (const text of ['', ' ', 'a', 'ended a b @1', 'déjà vu']) t.equal(unseal(seal(text)), text)
  })

  t.test('is nothing once a bit of it is flipped, or a byte lost', async (t) => {
    const written = Buffer.from(seal('ended a b @1'))
    for (const place of written.keys()) {
      for (let bit = 0; bit < 8; bit++) {
        const arrived = Buffer.from(written)
        arrived[place] = (written[place] ?? 0) ^ (1 << bit)
        t.equal(unseal(arrived.toString()), undefined, `bit ${bit} of byte ${place}`)
      }
      t.equal(unseal(Buffer.concat([written.subarray(0, place), written.subarray(place + 1)]).toString()), undefined)
    }
  })

  t.test('is nothing where nobody sealed it', async (t) => {
    for (const text of ['', 'a', 'ended a b', '0', ' x']) t.equal(unseal(text), undefined)
  })
})
