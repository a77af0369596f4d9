import t from 'tap'
import { initialsOf, isPicture } from '../../../web/lib/picture.js'

t.test('initials', async (t) => {
  for (const [name, initials] of [
    ['Ada Lovelace', 'AL'], ['ada', 'A'], ['Ada King Lovelace', 'AL'], ['Jean-Luc', 'JL'], ['  Ada   Lovelace ', 'AL'],
    ['Émilie du Châtelet', 'ÉC'], ['𝒜da 𝓛ovelace', '𝒜𝓛'], ['Ada (mathematician)', 'A'], ['!?', ''], ['', '']
  ] as const) {
    await t.test(`of ${JSON.stringify(name)} are ${initials}`, async (t) => t.equal(initialsOf(name), initials))
  }
})

t.test('a photo is a picture when it is an https address, and not the name of a file', async (t) => {
  t.ok(isPicture('https://example.com/ada.jpg'))
  t.ok(isPicture('HTTPS://example.com/ada.jpg'))
  for (const photo of ['default.png', 'http://example.com/ada.jpg', 'https', '']) t.notOk(isPicture(photo), photo)
})
