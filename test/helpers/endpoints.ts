import type { FastifyInstance } from 'fastify'

/** The app's routes but HEAD, which follows GET, and OPTIONS, which is CORS. */
export function endpointsOf (app: FastifyInstance): string[] {
  const lines = app.printRoutes({ commonPrefix: false }).split('\n')
  const parents: string[] = []
  return lines.flatMap((line) => {
    const [, indent = '', path = '', methods = ''] = /^([│ ]*)[├└]── (\S*)(?: \((.+)\))?$/.exec(line) ?? []
    const depth = indent.length / 4
    parents[depth] = path
    const url = parents.slice(0, depth + 1).join('')
    return methods.split(', ').filter((method) => !['', 'HEAD', 'OPTIONS'].includes(method)).map((method) => `${method} ${url}`)
  }).sort()
}
