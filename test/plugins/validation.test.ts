import t from 'tap'
import { startApp } from '../helpers/app.js'
import { forEveryStore } from '../helpers/stores.js'

const oddTypes = ['text/plain', 'application/xml', 'multipart/form-data', 'application/x-www-form-urlencoded', 'application/vnd.api+json', 'application/jsonx', 'nonsense', '/', ';;;', 'application/', '\t']

t.test('bodies', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const post = async (payload: string | Buffer | undefined, type?: string, url = '/api/auth/logout') => await app.inject({
      method: 'POST', url, headers: type === undefined ? {} : { 'content-type': type }, ...(payload === undefined ? {} : { payload })
    })

    for (const type of oddTypes) {
      await t.test(`of type ${JSON.stringify(type)} are refused with 415 unsupported_media_type`, async (t) => {
        const response = await post('{}', type)

        t.equal(response.statusCode, 415)
        t.match(response.json(), { status: 'fail', code: 'unsupported_media_type' })
      })

      await t.test(`that are empty and of type ${JSON.stringify(type)} are fine where no field is required`, async (t) => {
        t.match((await post(undefined, type)).json(), { code: 'token_missing' })
        t.match((await post('', type)).json(), { code: 'token_missing' })
      })
    }

    await t.test('without a type are refused with 415 unsupported_media_type', async (t) => {
      t.equal((await post('{}')).statusCode, 415)
    })

    for (const type of ['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON', 'application/json;']) {
      await t.test(`of type ${type} are read`, async (t) => {
        t.match((await post('{}', type)).json(), { code: 'token_missing' })
      })
    }

    for (const type of [undefined, 'application/json', 'nonsense']) {
      await t.test(`that are empty have each required field named (${type})`, async (t) => {
        for (const payload of [undefined, '']) {
          const response = await post(payload, type, '/api/auth/login')
          t.equal(response.statusCode, 400)
          t.match(response.json(), { code: 'validation_failed', errors: [{ path: '/email' }, { path: '/password' }] })
        }
      })
    }

    for (const [what, payload] of Object.entries({
      'half an object': '{',
      'a comma too many': '{"everywhere":true,}',
      'spaces alone': '  ',
      'two values': '{} {}',
      'single quotes': "{'a':1}",
      NaN: 'NaN',
      'bytes that are no UTF-8': Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]),
      'UTF-16': Buffer.from('{}', 'utf16le')
    })) {
      await t.test(`of ${what} are refused with 400 malformed_json`, async (t) => {
        const response = await post(payload, 'application/json')

        t.equal(response.statusCode, 400)
        t.match(response.json(), { status: 'fail', code: 'malformed_json' })
      })
    }

    for (const payload of ['null', '[]', '"text"', '1', 'true', '[{"refresh_token":"x"}]']) {
      await t.test(`of ${payload} are no object: 400 validation_failed`, async (t) => {
        const response = await post(payload, 'application/json')

        t.equal(response.statusCode, 400)
        t.match(response.json(), { code: 'validation_failed', errors: [{ path: '' }] })
      })
    }

    await t.test('of 16 KiB are read, and one byte more is refused with 413 payload_too_large', async (t) => {
      const body = (length: number) => `{"a":"${'b'.repeat(length - 8)}"}`

      t.match((await post(body(16 * 1024), 'application/json')).json(), { code: 'token_missing' })
      const response = await post(body(16 * 1024 + 1), 'application/json')
      t.equal(response.statusCode, 413)
      t.match(response.json(), { status: 'fail', code: 'payload_too_large' })
    })

    await t.test('nested thousands deep in a field that is ignored are ignored', async (t) => {
      for (const [open, close] of [['[', ']'], ['{"a":', '}']] as const) {
        const depth = Math.floor(16_000 / (open.length + close.length)) - 10
        const response = await post(`{"other":${open.repeat(depth)}1${close.repeat(depth)}}`, 'application/json')
        t.match(response.json(), { code: 'token_missing' })
      }
    })

    await t.test('with names of the language itself are ignored', async (t) => {
      for (const name of ['__proto__', 'constructor', 'prototype', 'toString']) {
        t.match((await post(`{"${name}":{"everywhere":true,"refresh_token":"x"}}`, 'application/json')).json(), { code: 'token_missing' })
      }
      t.equal(({} as { everywhere?: boolean }).everywhere, undefined)
    })

    for (const text of ['"nul \\u0000"', '"lone \\ud800"', '"reversed \\udc00\\ud800"', '[["\\u0000"]]', '{"deep":{"deeper":"\\u0000"}}']) {
      await t.test(`with ${text} in any field are refused with 400 validation_failed, naming the field`, async (t) => {
        const response = await post(`{"other":${text},"fine":"😀"}`, 'application/json')

        t.equal(response.statusCode, 400)
        t.same(response.json().errors, [{ path: '/other', message: 'must be well-formed text without NUL' }])
      })
    }
  })
})
