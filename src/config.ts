import { availableParallelism } from 'node:os'
import { Ajv } from 'ajv'
import { Type, type Static, type TSchema } from 'typebox'
import { isNetwork } from './lib/address.js'
import { isPostgresUrl, isRedisUrl, isSmtpUrl } from './lib/connection-urls.js'
import { parseDuration } from './lib/duration.js'
import { mostArgon2Kib } from './lib/phc.js'

const text = (env: string, options = {}) => Type.Optional(Type.String({ env, ...options }))
const secret = (env: string, options = {}) => text(env, { secret: true, ...options })
const whole = (env: string, fallback: number, minimum: number, maximum: number) =>
  Type.Integer({ env, as: 'number', default: fallback, minimum, maximum })
const seconds = (env: string, fallback: number, minimum: number, maximum: number) =>
  Type.Integer({ env, as: 'duration', default: fallback, minimum, maximum })
const fraction = (env: string, fallback: number, maximum: number) =>
  Type.Number({ env, as: 'duration', default: fallback, minimum: 0, maximum })
const origin = (options = {}) => Type.String({ pattern: '^https?://[^/?#@\\s]+$', format: 'url', ...options })
const day = 86400
const encoded = ', with each / ? # and % in a password written as %2F %3F %23 and %25'
/** Of a machine's secret in production, in characters. */
const shortestSecret = 16

export const Settings = Type.Object({
  production: Type.Boolean({ env: 'NODE_ENV', as: 'production', default: false }),
  host: text('HOST'),
  port: whole('PORT', 8000, 0, 65535),
  publicUrl: Type.Optional(origin({ env: 'PUBLIC_URL', says: 'must be an origin such as https://auth.example.com' })),
  clientOrigins: Type.Array(origin(), {
    env: 'CLIENT_ORIGINS', as: 'list', default: ['http://localhost:3000'], says: 'must be origins such as https://app.example.com'
  }),
  databaseUrl: secret('DATABASE_URL', { format: 'postgres', says: `must be of the form postgres://user:password@host:5432/database${encoded}` }),
  databasePool: whole('DATABASE_POOL', 10, 1, 1000),
  redisUrl: secret('REDIS_URL', { format: 'redis', says: `must be of the form redis://:password@host:6379, redis+sentinel://host,host/master or redis+cluster://host,host${encoded}` }),
  dataDir: Type.String({ env: 'DATA_DIR', default: 'data' }),
  keysDir: Type.String({ env: 'KEYS_DIR', default: 'keys' }),
  accessTokenPrivateKey: secret('ACCESS_TOKEN_PRIVATE_KEY'),
  refreshTokenPrivateKey: secret('REFRESH_TOKEN_PRIVATE_KEY'),
  accessTokenSeconds: seconds('ACCESS_TOKEN_TTL', 900, 1, day),
  refreshTokenSeconds: seconds('REFRESH_TOKEN_TTL', 7 * day, 1, 365 * day),
  sessionMaxSeconds: seconds('SESSION_MAX_TTL', 30 * day, 1, 3650 * day),
  refreshOverlapSeconds: fraction('REFRESH_OVERLAP', 10, 300),
  tokenAudience: text('TOKEN_AUDIENCE'),
  clockToleranceSeconds: fraction('CLOCK_TOLERANCE', 5, 300),
  cookieSecure: Type.Optional(Type.Boolean({ env: 'COOKIE_SECURE', as: 'switch', says: 'must be true or false' })),
  cookieDomain: text('COOKIE_DOMAIN', { pattern: '^\\.?[A-Za-z0-9.-]+$', says: 'must be a host name such as example.com' }),
  cookieSameSite: Type.Enum(['lax', 'strict', 'none'], { env: 'COOKIE_SAME_SITE', as: 'word', default: 'lax', says: 'must be lax, strict or none' }),
  cookiePrefix: Type.String({ env: 'COOKIE_PREFIX', default: '', pattern: '^[A-Za-z0-9_-]*$', says: 'may hold letters, digits, _ and -' }),
  passwordMinLength: whole('PASSWORD_MIN_LENGTH', 8, 8, 128),
  argon2MemoryKib: whole('ARGON2_MEMORY_KIB', 19456, 8192, 1048576),
  argon2Passes: whole('ARGON2_PASSES', 2, 1, 10),
  hashThreads: whole('HASH_THREADS', Math.max(1, availableParallelism() - 1), 1, 64),
  hashQueue: whole('HASH_QUEUE', 64, 0, 100000),
  sessionsPerUser: whole('SESSIONS_PER_USER', 100, 1, 100000),
  smtpUrl: secret('SMTP_URL', { format: 'smtp', says: `must be of the form smtp://user:password@host:587 or smtps://…${encoded}` }),
  mailFrom: text('MAIL_FROM', { pattern: '^[^\\r\\n]+@[^\\r\\n]+$', says: 'must be an address such as Example <no-reply@example.com>' }),
  appUrl: Type.Optional(origin({ env: 'APP_URL', says: 'must be an origin such as https://app.example.com' })),
  eventsRetentionSeconds: seconds('EVENTS_RETENTION', 90 * day, 3600, 3650 * day),
  eventsWebhookUrl: text('EVENTS_WEBHOOK_URL', { pattern: '^https?://', format: 'url', says: 'must be a URL such as https://example.com/events' }),
  eventsWebhookSecret: secret('EVENTS_WEBHOOK_SECRET', { pattern: '^whsec_[A-Za-z0-9+/]{32,}={0,2}$', says: 'must be whsec_ and at least 24 bytes in base64' }),
  web: Type.Boolean({ env: 'WEB', as: 'switch', default: true, says: 'must be on or off' }),
  rateLimits: Type.Boolean({ env: 'RATE_LIMITS', as: 'switch', default: true, says: 'must be on or off' }),
  trustProxy: Type.Array(Type.String({ format: 'network' }), {
    env: 'TRUST_PROXY', as: 'list', default: [], says: 'must be addresses or networks such as 10.0.0.0/8'
  }),
  introspectionClients: Type.Array(Type.String({ pattern: '^[\\x21-\\x39\\x3b-\\x7e]+:[\\x21-\\x7e]+$' }), {
    env: 'INTROSPECTION_CLIENTS', as: 'list', default: [], secret: true, says: 'must be pairs such as id:secret of letters, digits and signs'
  }),
  metricsPort: Type.Optional(Type.Integer({ env: 'METRICS_PORT', as: 'number', minimum: 0, maximum: 65535 })),
  otelEndpoint: Type.Optional(Type.String({ env: 'OTEL_EXPORTER_OTLP_ENDPOINT', pattern: '^https?://', format: 'url', says: 'must be a URL such as http://localhost:4318' })),
  otelTracesEndpoint: Type.Optional(Type.String({ env: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', pattern: '^https?://', format: 'url', says: 'must be a URL such as http://localhost:4318/v1/traces' })),
  otelTracesExporter: Type.Optional(Type.Enum(['otlp', 'none'], { env: 'OTEL_TRACES_EXPORTER', as: 'word', says: 'must be otlp or none' })),
  otelSdkDisabled: Type.Boolean({ env: 'OTEL_SDK_DISABLED', as: 'switch', default: false, says: 'must be true or false' }),
  otelServiceName: Type.String({ env: 'OTEL_SERVICE_NAME', default: 'gatehouse' }),
  logLevel: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], { env: 'LOG_LEVEL', as: 'word', default: 'info', says: 'must be fatal, error, warn, info, debug, trace or silent' })
})

const ajv = new Ajv({ allErrors: true, formats: { url: (text) => URL.canParse(text), network: isNetwork, postgres: isPostgresUrl, redis: isRedisUrl, smtp: isSmtpUrl }, keywords: ['env', 'as', 'says', 'secret'] })
const check = ajv.compile(Settings)

export const settings = Object.entries(Settings.properties as unknown as Record<string, Setting>)
export const settingNames: string[] = settings.map(([, { env }]) => env)

export type Read = Static<typeof Settings>

/** The settings as they are used, checked and frozen: what `readConfig` gives and `buildApp` takes. Durations are seconds. */
export type Config = Readonly<Read & {
  host: string
  publicUrl: string
  tokenAudience: string
  appUrl: string
  mailFrom: string
  cookieSecure: boolean
}>

/** Settings by the names of README's table, such as `process.env`. */
export type Environment = Record<string, string | undefined>

/** Every wrong setting at once, one to a line, with its name and the remedy. */
export class ConfigError extends Error {
  readonly faults: string[]
  constructor (faults: string[]) {
    super(`Wrong settings: ${faults.join('; ')}`)
    this.faults = faults
  }
}

export interface Setting extends TSchema { env: string, as?: string, says?: string, secret?: boolean, default?: unknown, minimum?: number, maximum?: number }

const switches: Record<string, boolean> = { on: true, true: true, 1: true, off: false, false: false, 0: false }

const readers: Record<string, (raw: string) => unknown> = {
  duration: parseDuration,
  number: (raw) => /^\d+$/.test(raw) ? Number(raw) : undefined,
  list: (raw) => raw.split(',').map((item) => item.trim()).filter((item) => item !== ''),
  switch: (raw) => switches[raw.toLowerCase()],
  word: (raw) => raw.toLowerCase(),
  production: (raw) => raw === 'production'
}

function complaint ({ env, as, says, secret, minimum, maximum }: Setting, raw: string): string {
  const bounds = minimum === undefined ? '' : ` from ${minimum} to ${maximum}`
  const said = as === 'list' ? `${says}, separated by commas` : says
  const form = said ?? (as === 'duration' ? `must be a duration such as 90s, 15m or 7d,${bounds} seconds` : `must be a whole number${bounds}`)
  return secret === true ? `${env} ${form}` : `${env}=${JSON.stringify(raw).slice(1, -1)} is not valid: it ${form}`
}

/**
 * Reads the settings of `contract.md` from an environment; an empty value is as if it were not there.
 * @throws ConfigError with every fault
 */
export function readConfig (env: Environment): Config {
  const rawOf = ({ env: name }: Setting) => env[name]?.trim() ?? ''
  const read: Record<string, unknown> = {}

  for (const [name, schema] of settings) {
    const raw = rawOf(schema)
    const value = raw === '' ? schema.default : (readers[schema.as ?? ''] ?? String)(raw)
    // What could not be read at all is no value of any type.
    if (raw !== '' || value !== undefined) read[name] = value ?? null
  }
  return settle(read, {
    isGiven: (name) => rawOf(Settings.properties[name] as unknown as Setting) !== '',
    complain: (_name, schema) => complaint(schema, rawOf(schema)),
    tell: (fault) => fault
  })
}

/** Where settings were read, and how faults are told there. */
export interface Source {
  isGiven: (name: keyof Read) => boolean
  complain: (name: string, schema: Setting) => string
  /** A fault in the words of the environment. */
  tell: (fault: string) => string
}

/** Checks what was read, whichever way, and fills in what follows from it. @throws ConfigError with every fault, those known before among them */
export function settle (read: Record<string, unknown>, { isGiven, complain, tell }: Source, known: string[] = []): Config {
  const faults = [...known]
  check(read)
  const wrong = new Set(check.errors?.map(({ instancePath }) => instancePath.split('/')[1]))
  for (const [name, schema] of settings) {
    if (!wrong.has(name)) continue
    faults.push(complain(name, schema))
    delete read[name]
  }

  const config = withDefaults(read as Read)
  faults.push(...contradictions(config, read as Read, isGiven).map(tell))
  if (faults.length > 0) throw new ConfigError(faults)
  for (const value of Object.values(config)) Object.freeze(value)
  return Object.freeze(config)
}

function withDefaults (read: Read): Config {
  const publicUrl = new URL(read.publicUrl ?? `http://localhost:${read.port ?? 8000}`).origin
  return {
    ...read,
    publicUrl,
    clientOrigins: (read.clientOrigins ?? []).map((client) => new URL(client).origin),
    host: read.host ?? (read.production ? '0.0.0.0' : '127.0.0.1'),
    tokenAudience: read.tokenAudience ?? publicUrl,
    appUrl: new URL(read.appUrl ?? publicUrl).origin,
    mailFrom: read.mailFrom ?? `Gatehouse <no-reply@${new URL(publicUrl).hostname}>`,
    cookieSecure: (read.cookiePrefix ?? '').startsWith('__') || (read.cookieSecure ?? read.production)
  }
}

function contradictions (config: Config, read: Read, isGiven: Source['isGiven']): string[] {
  const faults: string[] = []
  const refuse = (wrong: boolean, fault: string) => { if (wrong) faults.push(fault) }

  refuse(config.cookieSameSite === 'none' && !config.cookieSecure, 'COOKIE_SAME_SITE=none needs COOKIE_SECURE=true: browsers drop such a cookie otherwise')
  refuse(config.cookiePrefix?.startsWith('__') && read.cookieSecure === false, 'COOKIE_PREFIX beginning with __ needs a secure cookie: remove COOKIE_SECURE=false')
  refuse(/^__host-/i.test(config.cookiePrefix ?? '') && config.cookieDomain !== undefined, 'COOKIE_PREFIX=__Host- allows no domain: remove COOKIE_DOMAIN')
  refuse(config.accessTokenSeconds > config.refreshTokenSeconds, 'ACCESS_TOKEN_TTL is longer than REFRESH_TOKEN_TTL: make it shorter')
  refuse(config.refreshTokenSeconds > config.sessionMaxSeconds, 'REFRESH_TOKEN_TTL is longer than SESSION_MAX_TTL: make it shorter')
  refuse((config.accessTokenPrivateKey === undefined) !== (config.refreshTokenPrivateKey === undefined), 'ACCESS_TOKEN_PRIVATE_KEY and REFRESH_TOKEN_PRIVATE_KEY go together: set both or none')
  refuse((config.eventsWebhookUrl === undefined) !== (config.eventsWebhookSecret === undefined), 'EVENTS_WEBHOOK_URL and EVENTS_WEBHOOK_SECRET go together: set both or none')
  refuse(config.argon2MemoryKib * config.argon2Passes > mostArgon2Kib, `ARGON2_MEMORY_KIB times ARGON2_PASSES is more than ${mostArgon2Kib}: a hash would hold a thread for seconds`)
  refuse(/^rediss?\+cluster:\/\/[^/]*\/+[1-9]/.test(config.redisUrl ?? ''), 'REDIS_URL names a database by number, and a Redis Cluster has one only: remove the number at its end')
  refuse(config.metricsPort !== undefined && config.metricsPort !== 0 && config.metricsPort === config.port, 'METRICS_PORT and PORT are the same: choose another METRICS_PORT')
  if (!config.production) return faults

  refuse(config.introspectionClients?.some((pair) => pair.length - pair.indexOf(':') <= shortestSecret), `INTROSPECTION_CLIENTS has a secret of fewer than ${shortestSecret} characters: make one with openssl rand -hex 32`)
  refuse(!isGiven('databaseUrl'), 'DATABASE_URL is required in production: set it to a Postgres such as postgres://user:password@host/gatehouse')
  refuse(!isGiven('publicUrl') || read.publicUrl?.startsWith('http:') === true, 'PUBLIC_URL is required in production and must be an https origin')
  return faults
}

/** Whether this process runs in production. */
export const inProduction = (): boolean => process.env.NODE_ENV === 'production'

/** The settings of this process, with those of a file `.env` beside it where the environment has none. */
export function configOfProcess (): Config {
  try {
    process.loadEnvFile()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  return readConfig(process.env)
}
