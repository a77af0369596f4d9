import neostandard from 'neostandard'

const ours = (...names) => names.flatMap((name) => [`**/${name}/**`, `**/${name}.js`])
const forbid = (files, message, group) => ({ files, rules: { 'no-restricted-imports': ['error', { patterns: [{ group, message }] }] } })

/** Who may import whom: arrows point one way. */
const layers = [
  forbid(['src/lib/**'], 'lib knows values only: no store, no plugin, no route, no framework', [
    ...ours('store', 'plugins', 'routes', 'cli', 'app', 'assemble', 'gatehouse', 'server'), 'fastify', 'fastify/*', '@fastify/cookie', '@fastify/cors', 'fastify-plugin', 'postgres', 'ioredis'
  ]),
  forbid(['src/store/**'], 'stores know SQL and Redis, not who asks', [
    ...ours('plugins', 'routes', 'cli', 'app', 'assemble', 'gatehouse', 'server'), 'fastify', 'fastify/*', '@fastify/cookie', '@fastify/cors', 'fastify-plugin'
  ]),
  forbid(['src/plugins/**'], 'plugins adapt lib and store: they know no route', ours('routes', 'cli', 'app', 'assemble', 'gatehouse', 'server')),
  forbid(['src/routes/**'], 'routes reach everything through decorators', [
    ...ours('store', 'plugins', 'cli', 'app', 'assemble', 'gatehouse', 'server'), 'jose', 'ioredis', 'postgres', '@node-rs/argon2', 'piscina'
  ]),
  forbid(['src/guard/**'], 'the guard runs in other services: no Postgres, no hashing, nothing that makes up the server', [
    ...ours('routes', 'cli', 'app', 'assemble', 'gatehouse', 'server', 'config'), 'postgres', '@electric-sql/*', '@node-rs/*', 'piscina', 'nodemailer'
  ]),
  forbid(['src/cli/**'], 'commands use config, store and lib', ours('plugins', 'routes', 'app', 'assemble', 'gatehouse')),
  {
    files: ['web/**/*.{ts,tsx}'],
    ignores: ['web/vite.config.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', {
        patterns: [
          { regex: 'client/(?!index\\.js$)', message: 'pages speak to the server through what the client publishes' },
          { regex: 'src/(?!lib/(device|password-rules)\\.js$)', message: 'pages know nothing of the server but these rules, which are true without it' }
        ]
      }]
    }
  },
  {
    files: ['client/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', {
        patterns: [
          { regex: '^(?!\\./|\\.\\./schemas\\.js$|\\.\\./lib/event\\.js$)', message: 'the client has no dependency, and knows of the server the types of its schemas alone' },
          { regex: '^\\.\\./(schemas|lib/event)\\.js$', allowTypeImports: true, message: 'of the server the client knows types alone: import type' }
        ]
      }],
      'no-restricted-syntax': ['error', { selector: 'ImportExpression', message: 'the client is loaded whole' }]
    }
  }
]

export default [
  ...neostandard({ ts: true, ignores: ['dist', 'node_modules', '.tap', 'data', 'keys'] }),
  ...layers,
  {
    files: ['src/**'],
    ignores: ['src/config.ts', 'src/server.ts'],
    rules: { 'no-restricted-properties': ['error', { object: 'process', property: 'env', message: 'only config.ts reads the environment' }] }
  },
  {
    // A schema and its type share one name; tsc reports what is really declared twice.
    rules: { 'no-redeclare': 'off', '@typescript-eslint/no-redeclare': 'off', 'no-void': ['error', { allowAsStatement: true }] }
  }
]
