import { MalformedRequest, ValidationFailed } from '../errors.js'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * The fields of a form (`application/x-www-form-urlencoded`). A field that comes twice could be read either way, and is refused (RFC 6749, 3.2).
 * @throws MalformedRequest, ValidationFailed
 */
export function readForm (body: Buffer): Record<string, string> {
  const fields = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(decode(body))) {
    if (fields.has(name)) throw new ValidationFailed([{ path: `/${name}`, message: 'must come once' }])
    fields.set(name, value)
  }
  return Object.fromEntries(fields)
}

function decode (body: Buffer): string {
  try {
    return utf8.decode(body)
  } catch {
    throw new MalformedRequest()
  }
}
