import type { PinoLoggerOptions } from 'fastify/types/logger.js'
import type { Config } from './config.js'

const secrets = [
  'password', 'currentPassword', 'newPassword', 'passwordHash', 'token', 'access_token', 'refresh_token', 'accessToken', 'refreshToken',
  'authorization', 'cookie', '["set-cookie"]', 'secret'
]

/** JSON lines on standard output; readable ones in a terminal. No secret is written, under whichever of its names it comes. */
export function logOptions ({ logLevel }: Pick<Config, 'logLevel'>): PinoLoggerOptions {
  return {
    level: logLevel,
    base: { pid: process.pid },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: secrets.flatMap((name) => name.startsWith('[') ? [name, `*${name}`, `*.*${name}`] : [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
    serializers: { err: describeError },
    ...(process.stdout.isTTY ? { transport: { target: 'pino-pretty', options: { ignore: 'pid', translateTime: 'HH:MM:ss' } } } : {})
  }
}

// Errors of the stores carry the query and its values: their name, code, message and stack are enough.
function describeError (error: Error & { code?: string }): object {
  const { name, message, stack, code } = error
  return { type: name, message, ...(code === undefined ? {} : { code }), stack }
}
