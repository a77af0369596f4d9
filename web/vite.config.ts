import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

// The best would take seconds for the list of passwords, and save a fiftieth.
const quickly = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }

/** Puts beside each file what a browser would rather be sent: of what is written, since Vite fills in addresses until then. */
const compressed: Plugin = {
  name: 'compressed',
  async writeBundle ({ dir = '' }, bundle) {
    for (const fileName of Object.keys(bundle).filter((name) => name.startsWith('assets/'))) {
      const path = join(dir, fileName)
      const source = await readFile(path)
      await writeFile(`${path}.br`, brotliCompressSync(source, quickly))
      await writeFile(`${path}.gz`, gzipSync(source, { level: 9 }))
    }
  }
}

export default defineConfig({
  // Addresses of files are relative to <base>, which the server sets.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [compressed],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false
  }
})
