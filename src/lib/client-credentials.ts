import { createHash, timingSafeEqual } from 'node:crypto'

const digestOf = (text: string) => createHash('sha256').update(text).digest()

/** Whether a Basic `Authorization` header (RFC 7617) holds one of these `id:secret` pairs, of which only hashes are kept. */
export function createClients (pairs: readonly string[]): (authorization: string | undefined) => boolean {
  const known = pairs.map(digestOf)

  return (authorization) => {
    const presented = spellingsOf(authorization).map(digestOf)
    // All are compared, so that time does not tell which of them comes near.
    return known.filter((pair) => presented.filter((digest) => timingSafeEqual(pair, digest)).length > 0).length > 0
  }
}

/** The pair as it stands there, and as OAuth has clients form-encode it first (RFC 6749, 2.3.1). */
function spellingsOf (authorization = ''): string[] {
  const [, credentials] = /^\s*basic +([A-Za-z0-9+/_-]+={0,2})\s*$/i.exec(authorization) ?? []
  if (credentials === undefined) return []
  const pair = Buffer.from(credentials, 'base64').toString()
  return [pair, pair.split(':').map(formDecoded).join(':')]
}

function formDecoded (text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
