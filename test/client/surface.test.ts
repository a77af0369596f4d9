import { gzipSync } from 'node:zlib'
import { ESLint } from 'eslint'
import t from 'tap'
import type { ErrorCode } from '../../client/index.js'
import { codes } from '../../src/errors.js'
import { bundle, bundledFiles } from '../helpers/bundle.js'

t.test('gatehouse/client', async (t) => {
  t.test('is at most 4 kB, minified and compressed', async (t) => {
    const size = gzipSync(await bundle(), { level: 9 }).length
    t.comment(`${size} bytes`)
    t.ok(size <= 4096, `${size} bytes`)
  })

  t.test('is made of its own files alone', async (t) => {
    t.same((await bundledFiles()).filter((file) => !file.startsWith('client/')), [])
  })

  t.test('may import types of schemas, and nothing else', async (t) => {
    const eslint = new ESLint()
    const rows: [string, boolean][] = [
      ["import type { User } from '../schemas.js'", true],
      ["import type { Event } from '../lib/event.js'", true],
      ["import { platform } from './platform.js'", true],
      ["import { User } from '../schemas.js'", false],
      ["import { eventTypes } from '../lib/event.js'", false],
      ["export { User } from '../schemas.js'", false],
      ["import type { Config } from '../config.js'", false],
      ["import type { Static } from 'typebox'", false],
      ["import { readFile } from 'node:fs/promises'", false],
      ["await import('../schemas.js')", false]
    ]
    for (const [line, allowed] of rows) {
      const [result] = await eslint.lintText(`${line}\n`, { filePath: 'client/example.ts' })
      const refused = result?.messages.some(({ ruleId }) => /no-restricted/.test(ruleId ?? ''))
      t.equal(refused, !allowed, line)
    }
  })

  t.test('knows every code of the server', async (t) => {
    // The compiler refuses a list that lacks one of the type's, and one that the type lacks.
    const known: Record<Exclude<ErrorCode, 'network' | 'unexpected_answer'>, true> = {
      busy: true,
      cross_site_request: true,
      email_taken: true,
      forbidden: true,
      headers_too_large: true,
      internal: true,
      invalid_client: true,
      invalid_credentials: true,
      keys_elsewhere: true,
      last_admin: true,
      malformed_json: true,
      malformed_request: true,
      not_found: true,
      password_too_weak: true,
      payload_too_large: true,
      request_timeout: true,
      rotation_under_way: true,
      token_invalid: true,
      token_missing: true,
      too_many_attempts: true,
      too_many_requests: true,
      unavailable: true,
      unsupported_media_type: true,
      validation_failed: true,
      wrong_password: true
    }
    t.same([...new Set(codes)].sort(), Object.keys(known))
  })
})
