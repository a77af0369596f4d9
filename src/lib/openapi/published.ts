import { readFile } from 'node:fs/promises'
import { createDocument, type Told } from './document.js'
import { pageOf, type Page } from './page.js'
import type { Route } from './route.js'

export interface Published { json: string, page: Page }

/** The document as it is sent, and a page of it for people. */
export async function createPublished (routes: Route[], settings: Omit<Told, 'version'>): Promise<Published> {
  const { version } = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string }
  const document = createDocument(routes, { ...settings, version })
  return { json: JSON.stringify(document), page: pageOf(document) }
}
