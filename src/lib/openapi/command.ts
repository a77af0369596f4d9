import type { Document, Operation } from './document.js'
import { exampleOf } from './example.js'

/** A command line that asks for this. */
export function commandOf ({ servers, components }: Document, path: string, method: string, operation: Operation): string {
  const { parameters = [], requestBody, security } = operation
  const valueOf = (name: string) => String(exampleOf(parameters.find((parameter) => parameter.name === name)?.schema ?? {}, components.schemas))
  const query = parameters.filter((parameter) => parameter.in === 'query' && parameter.required).map(({ name }) => `${name}=${encodeURIComponent(valueOf(name))}`)
  const url = `${servers[0]?.url ?? ''}${path.replace(/\{(\w+)\}/g, (_, name: string) => valueOf(name))}${query.length === 0 ? '' : `?${query.join('&')}`}`

  const options: string[] = []
  const [scheme] = Object.keys(security[0] ?? {})
  if (scheme === 'bearer') options.push('-H "Authorization: Bearer $ACCESS_TOKEN"')
  if (scheme === 'client') options.push('-u "$CLIENT_ID:$CLIENT_SECRET"')
  if (scheme === 'refreshCookie' && requestBody === undefined) options.push('-b cookies')

  const [type, { example = {} } = {}] = Object.entries(requestBody?.content ?? {})[0] ?? []
  if (type === 'application/json') options.push("-H 'Content-Type: application/json'", `-d '${JSON.stringify(example)}'`)
  else if (type !== undefined) options.push(...Object.entries(example as object).map(([name, value]) => `-d '${name}=${String(value)}'`))

  const verb = method === 'get' || (method === 'post' && type !== undefined) ? '' : `-X ${method.toUpperCase()} `
  return [`curl ${verb}'${url}'`, ...options].join(' \\\n  ')
}
