import { pathToFileURL } from 'node:url'
import t from 'tap'
import { encodingFor, readWebFiles } from '../../src/lib/web-files.js'

t.test('the files of the pages', async (t) => {
  const folder = (files: Record<string, string>) => pathToFileURL(`${t.testdir({ 'index.html': '<p>', assets: files })}/`)

  t.test('are known by their names, with what the build made smaller', async (t) => {
    const where = folder({ 'a.js': 'a', 'a.js.br': 'b', 'a.js.gz': 'g', 'b.css': 'c', 'notes.txt': 'no' })
    const { html, assets } = await readWebFiles(where)
    t.equal(html, '<p>')
    t.same([...assets.keys()], ['a.js', 'b.css'])
    t.match(assets.get('a.js')?.type, /javascript/)
    t.same(Object.entries(assets.get('a.js')?.encodings ?? {}).map(([encoding, { href }]) => [encoding, href]), [
      ['br', `${where.href}assets/a.js.br`], ['gzip', `${where.href}assets/a.js.gz`], ['identity', `${where.href}assets/a.js`]
    ])
    t.same(Object.keys(assets.get('b.css')?.encodings ?? {}), ['identity'])
  })

  t.test('that nobody has built stop the start, with the remedy', async (t) => {
    await t.rejects(readWebFiles(new URL('file:///nowhere/')), { message: /npm run build.*WEB=off/ })
  })

  for (const [accepted, encoding] of [
    ['gzip, deflate, br, zstd', 'br'], ['gzip', 'gzip'], ['GZIP;q=0.5', 'gzip'], ['br;q=0, gzip', 'gzip'], ['br;q=0.0, gzip; q=0', 'identity'],
    ['brotli', 'identity'], ['', 'identity'], [undefined, 'identity']
  ] as const) {
    t.test(`are sent as ${encoding} to whoever takes ${accepted}`, async (t) => {
      const place = new URL('file:///a.css')
      t.equal(encodingFor({ type: 'text/css', encodings: { br: place, gzip: place, identity: place } }, accepted), encoding)
    })
  }
})
