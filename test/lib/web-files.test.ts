import { pathToFileURL } from 'node:url'
import t from 'tap'
import { encodingFor, readWebFiles } from '../../src/lib/web-files.js'

t.test('the files of the pages', async (t) => {
  const folder = (files: Record<string, string>) => pathToFileURL(`${t.testdir({ 'index.html': '<p>', assets: files })}/`)

  t.test('are known by their names, with what the build made smaller', async (t) => {
    const { html, assets } = await readWebFiles(folder({ 'a.js': 'a', 'a.js.br': 'b', 'a.js.gz': 'g', 'b.css': 'c', 'notes.txt': 'no' }))
    t.equal(html, '<p>')
    t.same([...assets.keys()], ['a.js', 'b.css'])
    t.match(assets.get('a.js'), { type: /javascript/, encodings: { br: Buffer.from('b'), gzip: Buffer.from('g'), identity: Buffer.from('a') } })
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
      const bytes = Buffer.from('x')
      t.equal(encodingFor({ type: 'text/css', encodings: { br: bytes, gzip: bytes, identity: bytes } }, accepted), encoding)
    })
  }
})
