import { createHash } from 'node:crypto'
import { escapeHtml } from '../mail-layout.js'
import type { Document, Operation } from './document.js'
import { fieldsOf, prose } from './page-fields.js'
import { articleOf } from './page-operation.js'
import { style } from './page-style.js'
import type { Schema } from './route.js'

export interface Page { html: string, contentSecurityPolicy: string }

interface Listed { path: string, method: string, operation: Operation }

/** The document as a page that needs nothing else: no script, no font, no picture. */
export function pageOf (document: Document): Page {
  const { info, tags, paths, components } = document
  const listed: Listed[] = Object.entries(paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ path, method, operation })))
  const of = (tag: string) => listed.filter(({ operation }) => operation.tags[0] === tag)
  const schemas = Object.entries(components.schemas)

  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(info.title)} API</title>
<style>${style}</style>
</head>
<body>
<nav aria-label="Contents"><details open><summary>Contents</summary>
<ul><li><a href="#top">${escapeHtml(info.title)} API</a></li><li><a href="openapi.json">openapi.json</a></li></ul>
${tags.map(({ name }) => `<h2>${escapeHtml(name)}</h2><ul>${of(name).map(entry).join('')}</ul>`).join('\n')}
<h2>Schemas</h2><ul>${schemas.map(([name]) => `<li><a href="#schema-${escapeHtml(name)}">${escapeHtml(name)}</a></li>`).join('')}</ul>
</details></nav>
<main id="top">
<h1>${escapeHtml(info.title)} API <small>${escapeHtml(info.version)}</small></h1>
<div class="lead">${prose(info.description)}</div>
${tags.map(({ name, description }) => `<h2 class="tag">${escapeHtml(name)}</h2>${prose(description)}${of(name).map(({ path, method, operation }) => articleOf(document, path, method, operation)).join('\n')}`).join('\n')}
<h2 class="tag">Schemas</h2>
${schemas.map(([name, schema]) => schemaOf(name, schema)).join('\n')}
</main>
</body>
</html>
`
  const hash = createHash('sha256').update(style).digest('base64')
  return { html, contentSecurityPolicy: `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'` }
}

const entry = ({ method, operation }: Listed) =>
  `<li><a href="#${operation.operationId}"><span class="method ${method}">${method.toUpperCase()}</span>${escapeHtml(operation.summary)}</a></li>`

function schemaOf (name: string, schema: Schema): string {
  const values = Array.isArray(schema.enum) ? `<p>${schema.enum.map((value) => `<code>${escapeHtml(String(value))}</code>`).join(', ')}</p>` : ''
  const description = typeof schema.description === 'string' ? prose(schema.description) : ''
  return `<article id="schema-${escapeHtml(name)}"><h3>${escapeHtml(name)}</h3>${description}${values}${fieldsOf(schema)}</article>`
}
