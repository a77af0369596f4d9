import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

let bundled: Promise<{ text: string, files: string[] }> | undefined

/** The client in one file, as a bundler makes it. */
export const bundle = async (): Promise<string> => (await (bundled ??= make())).text

/** The files that the bundle is made of. */
export const bundledFiles = async (): Promise<string[]> => (await (bundled ??= make())).files

async function make () {
  const entry = fileURLToPath(new URL('../../client/index.ts', import.meta.url))
  const { outputFiles, metafile } = await build({ entryPoints: [entry], bundle: true, minify: true, format: 'esm', target: 'es2022', write: false, metafile: true, absWorkingDir: fileURLToPath(new URL('../..', import.meta.url)) })
  return { text: outputFiles[0]?.text ?? '', files: Object.keys(metafile.inputs) }
}
