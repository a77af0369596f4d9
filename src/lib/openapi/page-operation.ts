import { escapeHtml } from '../mail-layout.js'
import { commandOf } from './command.js'
import type { Document, Header, Operation, Parameter, Reference, Response } from './document.js'
import { fieldsOf, prose, row } from './page-fields.js'

const whose: Record<string, string> = {
  bearer: 'a live access token', refreshCookie: 'the refresh cookie', client: 'a client of INTROSPECTION_CLIENTS'
}

/** One operation, as an article of the page. */
export function articleOf (document: Document, path: string, method: string, operation: Operation): string {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation
  const body = Object.values(requestBody?.content ?? {})[0]?.schema
  const answers = Object.entries(responses).map(([status, response]) => answerOf(status, resolve(document.components.responses, response), document))

  return `<article id="${operationId}">
<h3>${escapeHtml(summary)}</h3>
<div class="route"><span class="method ${method}">${method.toUpperCase()}</span><code>${escapeHtml(path)}</code><span class="who">${escapeHtml(whoOf(operation))}</span></div>
${description === undefined ? '' : prose(description)}
<div class="columns"><div>
${parameters.length === 0 ? '' : `<h4>In the ${parameters[0]?.in === 'path' ? 'path' : 'query'}</h4><dl class="fields">${parameters.map(parameter).join('')}</dl>`}
${body === undefined ? '' : `<h4>In the body</h4>${fieldsOf(body)}`}
<h4>Answers</h4>${answers.join('')}
</div><div class="beside"><h4>For example</h4>${pre(commandOf(document, path, method, operation))}${successOf(operation)}</div></div>
</article>`
}

function whoOf ({ security }: Operation): string {
  const schemes = security.flatMap(Object.entries)
  if (schemes.some(([, roles]) => roles.length > 0)) return 'an admin'
  const names = schemes.flatMap(([name]) => whose[name] ?? [])
  if (names.length === 0) return 'anybody'
  return security.some((requirement) => Object.keys(requirement).length === 0) ? `${names.join(', ')}, or a token in the body` : names.join(' or ')
}

const parameter = ({ name, schema, required, description }: Parameter) => row(name, schema, required, description)

function answerOf (status: string, response: Response | undefined, { components }: Document): string {
  const { description = '', headers = {}, content = {} } = response ?? {}
  const [{ schema, examples } = { schema: undefined, examples: undefined }] = Object.values(content)
  const codes = Object.keys(examples ?? {})
  const values = Object.values(examples ?? {}).map((each) => resolve(components.examples, each))
  const told = codes.length > 0
    ? `<dl class="fields">${codes.map((code, at) => `<div><dt><code>${code}</code></dt><dd>${escapeHtml(values[at]?.summary ?? '')}</dd></div>`).join('')}</dl>`
    : schema === undefined ? '' : fieldsOf(schema)
  const value = values[0]?.value
  const shown = Object.entries(headers).filter(([name]) => name !== 'X-Request-Id' && !(name === 'Cache-Control' && '$ref' in (headers[name] ?? {})))
    .flatMap(([name, header]) => headerRow(name, resolve(components.headers, header)))

  return `<details class="answer"${status.startsWith('2') ? ' open' : ''}><summary><span class="${colourOf(status)}">${status}</span> ` +
    `${codes.length > 0 ? codes.map((code) => `<code>${code}</code>`).join(' ') : escapeHtml(description)}</summary><div>` +
    told + (shown.length === 0 ? '' : `<dl class="fields">${shown.join('')}</dl>`) +
    `${value === undefined ? '' : pre(JSON.stringify(value, null, 2))}</div></details>`
}

/** What the operation answers when all is well. */
function successOf ({ responses }: Operation): string {
  const [, response] = Object.entries(responses).find(([status]) => status.startsWith('2')) ?? []
  if (response === undefined || '$ref' in response) return ''
  const { example } = Object.values(response.content ?? {})[0] ?? {}
  return example === undefined ? '' : pre(JSON.stringify(example, null, 2))
}

const pre = (text: string) => `<pre>${escapeHtml(text)}</pre>`

const headerRow = (name: string, header: Header | undefined) => header === undefined ? [] : [row(name, header.schema, header.required, header.description)]

const colourOf = (status: string) => status.startsWith('5') ? 'ours' : status.startsWith('4') ? 'bad' : 'good'

function resolve<Part extends object> (parts: Record<string, Part>, part: Part | Reference): Part | undefined {
  return '$ref' in part ? parts[part.$ref.slice(part.$ref.lastIndexOf('/') + 1)] : part
}
