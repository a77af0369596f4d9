import t from 'tap'
import { commonPasswords, isCommon } from '../../src/lib/common-passwords.js'

t.test('Common passwords', async (t) => {
  t.test('are at least ten thousand that no other rule refuses', async (t) => {
    t.ok((await commonPasswords()).size >= 10_000)
  })

  for (const password of ['password', 'PASSWORD1', 'qwertyuiop', '12345678']) {
    t.test(`know ${password}`, async (t) => t.equal(await isCommon(password), true))
  }

  t.test('do not know a sentence', async (t) => t.equal(await isCommon('correct horse battery staple'), false))
})
