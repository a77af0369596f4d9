export { buildApp, type AppOptions } from './app.js'
export { readConfig, ConfigError, type Config, type Environment } from './config.js'
export type { Identity } from './lib/identity.js'
export type { Role, Tokens, User } from './schemas.js'
