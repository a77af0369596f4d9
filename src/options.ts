import { inspect } from 'node:util'
import { inProduction, settings, settle, type Config, type Read, type Setting } from './config.js'

/**
 * What `app.register(gatehouse, options)` takes beside Fastify's own `prefix`, `logLevel` and `logSerializers`: the settings of the
 * server, by other names and as values. Each has the default that the setting has, but for `web`, which is false; durations are seconds.
 */
export interface GatehouseOptions extends Partial<Omit<Read, 'host' | 'port' | 'trustProxy' | 'logLevel'>> {
  /** The origin under which clients reach the app, such as `https://app.example.com`: `iss` of tokens, and never taken for another site. */
  publicUrl: string
}

const ofFastify = ['prefix', 'logLevel', 'logSerializers']

// Pages are at paths that an app around us has plans for.
const defaults = { ...Object.fromEntries(settings.flatMap(([name, schema]) => schema.default === undefined ? [] : [[name, schema.default]])), web: false }
const names = new Set(settings.map(([name]) => name))
const byVariable = new Map(settings.map(([name, { env }]) => [env, name]))

/**
 * The settings of a plugin whose routes lie under `path`.
 * @throws ConfigError with every fault
 */
export function readOptions (options: GatehouseOptions, path: string): Config {
  const given = Object.fromEntries(Object.entries(options).filter(([name, value]) => value !== undefined && !ofFastify.includes(name)))
  const read = { ...defaults, production: inProduction(), ...structuredClone(given) }

  const config = settle(read, {
    isGiven: (name) => given[name] !== undefined,
    complain: (name, schema) => complaint(name, schema, given[name]),
    tell: (fault) => fault.replace(/\b[A-Z][A-Z0-9_]+\b/g, (variable) => byVariable.get(variable) ?? variable)
  }, faultsOf(given, path))
  // Links in mails lead to the pages, which are below the prefix too.
  return config.web && given.appUrl === undefined ? Object.freeze({ ...config, appUrl: config.publicUrl + path }) : config
}

function faultsOf (given: Record<string, unknown>, path: string): string[] {
  const faults = Object.keys(given).filter((name) => !names.has(name)).map((name) => `${name} is no option`)
  const { trustProxy = [] } = given
  if (!Array.isArray(trustProxy) || trustProxy.length > 0) faults.push('trustProxy is an option of fastify() itself: set it there')
  if (given.publicUrl === undefined) faults.push('publicUrl is required: set it to the origin under which clients reach the app')
  if (!/^(\/[\w.~-]+)*$/.test(path)) faults.push(`prefix=${path} is not valid: it must be a path such as /id, without parameters and without a slash at its end`)
  return faults
}

function complaint (name: string, { as, says, secret, minimum, maximum }: Setting, value: unknown): string {
  const bounds = minimum === undefined ? '' : ` from ${minimum} to ${maximum}`
  const forms: Record<string, string> = {
    duration: `must be a number of seconds${bounds}`,
    number: `must be a whole number${bounds}`,
    switch: 'must be true or false',
    production: 'must be true or false'
  }
  const form = forms[as ?? ''] ?? says ?? 'must be a string'
  return secret === true ? `${name} ${form}` : `${name}=${inspect(value, { breakLength: Infinity })} is not valid: it ${form}`
}
