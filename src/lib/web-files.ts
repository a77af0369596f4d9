import { readdir, readFile } from 'node:fs/promises'
import { extname } from 'node:path'

/** A file of the pages, and where it lies in each encoding that the build made of it; `identity` is always there. */
export interface WebFile { type: string, encodings: Readonly<Record<string, URL>> }

export interface WebFiles {
  html: string
  /** By name. What is in none cannot be asked for, whatever a path says. */
  assets: ReadonlyMap<string, WebFile>
}

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml'
}

/** The suffix of a file that was compressed by the build, best first (RFC 9110, 8.4.1). */
const suffixes = { br: '.br', gzip: '.gz', identity: '' }

/** Looks at what `npm run build` made of `web/`. @throws Error with the remedy when it did not */
export async function readWebFiles (folder: URL): Promise<WebFiles> {
  const names = await readdir(new URL('assets/', folder)).catch((cause) => {
    throw new Error('the pages are not built: run `npm run build`, or set WEB=off', { cause })
  })
  const assets = new Map<string, WebFile>()
  for (const name of names) {
    const type = types[extname(name)]
    if (type === undefined) continue
    const encodings: Record<string, URL> = {}
    for (const [encoding, suffix] of Object.entries(suffixes)) {
      if (names.includes(name + suffix)) encodings[encoding] = new URL(`assets/${name}${suffix}`, folder)
    }
    assets.set(name, { type, encodings })
  }
  return { html: await readFile(new URL('index.html', folder), 'utf8'), assets }
}

/** The best encoding of a file that `Accept-Encoding` admits (RFC 9110, 12.5.3). */
export function encodingFor (file: WebFile, accepted = ''): string {
  const admitted = accepted.split(',').filter((one) => !/;\s*q=0(\.0*)?\s*$/i.test(one)).map((one) => one.split(';', 1)[0]?.trim().toLowerCase())
  return Object.keys(file.encodings).find((encoding) => admitted.includes(encoding)) ?? 'identity'
}
