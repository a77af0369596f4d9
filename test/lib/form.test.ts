import t from 'tap'
import { readForm } from '../../src/lib/form.js'

const read = (text: string) => readForm(Buffer.from(text))

t.test('a form', async (t) => {
  t.test('is read as browsers and OAuth clients write it', async (t) => {
    t.same(read('token=a.b-c_d&token_type_hint=access_token'), { token: 'a.b-c_d', token_type_hint: 'access_token' })
    t.same(read('token=%61+b%2B&empty=&alone'), { token: 'a b+', empty: '', alone: '' })
    t.same(read(''), {})
  })

  t.test('that names a field twice is refused, and the field is named', async (t) => {
    t.throws(() => read('token=a&token=b'), { code: 'validation_failed', errors: [{ path: '/token', message: 'must come once' }] })
    t.throws(() => read('token=a&other=1&tok%65n=a'), { code: 'validation_failed' })
  })

  t.test('that is no UTF-8 is refused', async (t) => {
    t.throws(() => readForm(Buffer.from('token=\xff', 'latin1')), { code: 'malformed_request' })
  })

  t.test('reaches no prototype', async (t) => {
    const fields = read('__proto__=a&constructor=b')
    t.equal(Object.getPrototypeOf(fields), Object.prototype)
    t.same(Object.keys(fields), ['__proto__', 'constructor'])
  })
})
