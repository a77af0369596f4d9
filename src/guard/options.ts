export interface GuardOptions {
  /** The `PUBLIC_URL` of the auth server, as its tokens name it (`iss`). */
  issuer: string
  /** Where the auth server is reached from here; `issuer` unless it is set. */
  url?: string
  /** The `TOKEN_AUDIENCE` of the auth server (`aud`); `issuer` unless it is set. */
  audience?: string
  /** The `REDIS_URL` of the auth server. Without it every session is asked for by introspection. */
  redisUrl?: string
  /** One of the auth server's `INTROSPECTION_CLIENTS`. */
  introspection: { clientId: string, clientSecret: string }
  /** The `COOKIE_PREFIX` of the auth server; none unless it is set. */
  cookiePrefix?: string
  /** How far clocks may be apart, in seconds (`CLOCK_TOLERANCE`); 5 unless it is set. */
  clockToleranceSeconds?: number
}

export interface GuardSettings {
  issuer: string
  url: string
  audience: string
  redisUrl: string | undefined
  clientId: string
  clientSecret: string
  cookieName: string
  toleranceSeconds: number
}

/** Options of `gatehouse/guard` that cannot be used: every one of them, with its remedy. */
export class GuardOptionsRefused extends Error {
  readonly faults: string[]
  constructor (faults: string[]) {
    super(`gatehouse/guard: ${faults.join('; ')}`)
    this.name = 'GuardOptionsRefused'
    this.faults = faults
  }
}

type Check = [name: string, remedy: string, fits: (value: unknown) => boolean, required?: 'required']

const isOrigin = (value: unknown) => typeof value === 'string' && /^https?:\/\/[^/?#@\s]+$/.test(value) && URL.canParse(value)
const isBaseUrl = (value: unknown) => typeof value === 'string' && /^https?:\/\/[^?#@\s]+$/.test(value) && URL.canParse(value)
const isPrintable = (value: unknown) => typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)

const checks: Check[] = [
  ['issuer', 'set it to the PUBLIC_URL of the auth server, an origin such as https://auth.example.com', isOrigin, 'required'],
  ['url', 'set it to where the auth server is reached from here, such as http://gatehouse:8000, or leave it out to use issuer', isBaseUrl],
  ['audience', 'set it to the TOKEN_AUDIENCE of the auth server, or leave it out when that is not set', (value) => typeof value === 'string' && value !== ''],
  ['redisUrl', 'set it to the REDIS_URL of the auth server, beginning with redis://, rediss://, redis+sentinel:// or redis+cluster://, or leave it out to ask for every session', (value) => typeof value === 'string' && /^redis(s|s?\+sentinel|s?\+cluster)?:\/\/[^/?\s]/.test(value)],
  ['cookiePrefix', 'set it to the COOKIE_PREFIX of the auth server, of letters, digits, _ and -', (value) => typeof value === 'string' && /^[A-Za-z0-9_-]*$/.test(value)],
  ['clockToleranceSeconds', 'set it to a number of seconds from 0 to 300', (value) => typeof value === 'number' && value >= 0 && value <= 300],
  ['introspection.clientId', 'set it to the name of one of the auth server\'s INTROSPECTION_CLIENTS', (value) => isPrintable(value) && !String(value).includes(':'), 'required'],
  ['introspection.clientSecret', 'set it to the secret of that client', isPrintable, 'required']
]

// What Fastify adds to the options of a plugin.
const known = new Set([...checks.map(([name]) => name.split('.')[0]), 'prefix', 'logLevel', 'logSerializers', 'encapsulate'])

/** @throws GuardOptionsRefused with every fault */
export function readOptions (options: GuardOptions): GuardSettings {
  const faults = checks
    .map(([name, remedy, fits, required]) => {
      const value = valueOf(options, name)
      if (value === undefined) return required === undefined ? undefined : `${name} is missing: ${remedy}`
      return fits(value) ? undefined : `${name} is not valid: ${remedy}`
    })
    .filter((fault) => fault !== undefined)
  const strange = Object.keys(options).filter((name) => !known.has(name))
  faults.push(...strange.map((name) => `${name} is not an option: there are ${[...new Set(checks.map(([name]) => name))].join(', ')}`))
  if (faults.length > 0) throw new GuardOptionsRefused(faults)

  const issuer = new URL(options.issuer).origin
  return {
    issuer,
    url: (options.url ?? issuer).replace(/\/+$/, ''),
    audience: options.audience ?? issuer,
    redisUrl: options.redisUrl,
    clientId: options.introspection.clientId,
    clientSecret: options.introspection.clientSecret,
    cookieName: `${options.cookiePrefix ?? ''}access_token`,
    toleranceSeconds: options.clockToleranceSeconds ?? 5
  }
}

const valueOf = (options: object, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | null | undefined)?.[name], options)
