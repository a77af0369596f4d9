import { brotliCompressSync, gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

/** Puts beside each file what a browser would rather be sent. */
const compressed: Plugin = {
  name: 'compressed',
  generateBundle (_options, bundle) {
    for (const [fileName, file] of Object.entries(bundle)) {
      if (!fileName.startsWith('assets/')) continue
      const source = file.type === 'chunk' ? file.code : file.source
      this.emitFile({ type: 'asset', fileName: `${fileName}.br`, source: brotliCompressSync(source) })
      this.emitFile({ type: 'asset', fileName: `${fileName}.gz`, source: gzipSync(source, { level: 9 }) })
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
