import { parseArgs } from 'node:util'

export function readOptions (args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      sessions: { type: 'string', default: '1000' },
      endings: { type: 'string' },
      cached: { type: 'string' },
      people: { type: 'string' },
      times: { type: 'string' },
      'flood-seconds': { type: 'string' },
      only: { type: 'string' },
      load: { type: 'string' },
      'key-bits': { type: 'string', default: '3072' },
      'dry-run': { type: 'boolean', default: false }
    }
  })

  return {
    names: positionals,
    quick: values.quick,
    rounds: Number(values.rounds ?? 3),
    seconds: Number(values.seconds ?? (values.quick ? 1 : 10)),
    warmUpSeconds: values.quick ? 1 : 3,
    connections: 64,
    sessions: Number(values.sessions),
    users: Math.min(1000, Number(values.sessions)),
    endings: Number(values.endings ?? (values.quick ? 200 : 2000)),
    cached: Number(values.cached ?? (values.quick ? 2000 : 5000)),
    people: Number(values.people ?? (values.quick ? 20_000 : 1_000_000)),
    times: Number(values.times ?? (values.quick ? 100 : 500)),
    floodSeconds: Number(values['flood-seconds'] ?? (values.quick ? 3 : 15)),
    only: values.only?.split(','),
    generator: values.load,
    keyBits: Number(values['key-bits']),
    writesPage: !values['dry-run'] && !values.quick && values.only === undefined
  }
}
