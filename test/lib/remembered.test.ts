import t from 'tap'
import { remembered } from '../../src/lib/remembered.js'

/** A look-up that counts how often it was made, and ends when it is told to. */
function lookUps () {
  const begun: Array<{ answer: (value: string) => void, fail: (error: Error) => void }> = []
  const lookUp = async () => await new Promise<string>((resolve, reject) => { begun.push({ answer: resolve, fail: reject }) })
  return { begun, lookUp }
}

t.test('what was looked up', async (t) => {
  t.test('is looked up once for all who ask meanwhile', async (t) => {
    const { begun, lookUp } = lookUps()
    const ask = remembered(lookUp, 1000, () => 0)
    const answers = [ask(), ask(), ask()]
    t.equal(begun.length, 1)
    begun[0]?.answer('one')
    t.same(await Promise.all(answers), ['one', 'one', 'one'])
  })

  t.test('is remembered for so long after it was found, however long that took', async (t) => {
    let now = 0
    const { begun, lookUp } = lookUps()
    const ask = remembered(lookUp, 1000, () => now)
    const first = ask()
    now = 5000
    const second = ask()
    begun[0]?.answer('one')
    t.same(await Promise.all([first, second]), ['one', 'one'])

    now = 5999
    t.equal(await ask(), 'one')
    now = 6000
    const third = ask()
    t.equal(begun.length, 2)
    begun[1]?.answer('two')
    t.equal(await third, 'two')
  })

  t.test('is not remembered when it failed', async (t) => {
    const { begun, lookUp } = lookUps()
    const ask = remembered(lookUp, 1000, () => 0)
    const answers = [ask(), ask()]
    begun[0]?.fail(new Error('not now'))
    for (const answer of answers) await t.rejects(answer, { message: 'not now' })

    const next = ask()
    t.equal(begun.length, 2)
    begun[1]?.answer('two')
    t.equal(await next, 'two')
  })
})
