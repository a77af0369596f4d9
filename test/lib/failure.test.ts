import t from 'tap'
import { InvalidCredentials, Unavailable, ValidationFailed } from '../../src/errors.js'
import { failureOf } from '../../src/lib/failure.js'

t.test('what a caller is told of an error', async (t) => {
  t.test("the caller's fault is a failure", async (t) => {
    t.same(failureOf(new InvalidCredentials()), { status: 'fail', code: 'invalid_credentials', message: 'Invalid email or password' })
  })

  t.test('ours is an error', async (t) => {
    t.match(failureOf(new Unavailable()), { status: 'error', code: 'unavailable' })
  })

  for (const [statusCode, status] of [[400, 'fail'], [499, 'fail'], [500, 'error'], [503, 'error']] as const) {
    t.test(`${statusCode} is "${status}"`, async (t) => t.equal(failureOf({ statusCode, code: 'x', message: 'x' }).status, status))
  }

  t.test('every fault of a failed validation, at once', async (t) => {
    const errors = [{ path: '/email', message: 'must be an address' }, { path: '/name', message: 'is missing' }]
    t.same(failureOf(new ValidationFailed(errors)).errors, errors)
  })

  t.test('neither stack, cause nor anything else that the error holds', async (t) => {
    const error = Object.assign(new Unavailable(7, new Error('select password_hash')), { query: 'select 1' })
    t.same(Object.keys(failureOf(error)), ['status', 'code', 'message'])
  })
})
