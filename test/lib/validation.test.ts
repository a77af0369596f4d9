import t from 'tap'
import { Type } from 'typebox'
import { createJudges } from '../../src/lib/validation.js'
import { NewPassword, Password } from '../../src/schemas.js'

const apart = 'e\u0301'
const judgeOf = createJudges(10)

t.test('a password that was set before', async (t) => {
  const judge = judgeOf(Type.Object({ password: Password }))

  t.test('is left as it was typed', async (t) => {
    const body = { password: apart.repeat(8) }
    t.same(judge(body), [])
    t.equal(body.password, apart.repeat(8))
  })

  t.test('is as long as its NFC', async (t) => {
    t.same(judge({ password: apart.repeat(256) }), [])
    t.same(judge({ password: '🙂'.repeat(256) }), [])
    t.same(judge({ password: apart.repeat(257) }), [{ path: '/password', message: 'must NOT have more than 256 characters' }])
    t.same(judge({ password: apart.repeat(7) }), [{ path: '/password', message: 'must NOT have fewer than 8 characters' }])
  })

  t.test('may be shorter than one that is set today', async (t) => t.same(judge({ password: 'of eight' }), []))
})

t.test('a password that is set today is normalized, and as long as it has to be here', async (t) => {
  const judge = judgeOf(Type.Object({ password: NewPassword }))
  const body = { password: apart.repeat(10) }
  t.same(judge(body), [])
  t.equal(body.password, 'é'.repeat(10))
  t.same(judge({ password: apart.repeat(9) }), [{ path: '/password', message: 'must NOT have fewer than 10 characters' }])
  t.same(judge({ password: apart.repeat(7) }), [{ path: '/password', message: 'must NOT have fewer than 8 characters' }])
})
