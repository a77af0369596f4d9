import type { FastifyInstance } from 'fastify'
import { setTimeout as wait } from 'node:timers/promises'

const longestMilliseconds = 3000
const lookMilliseconds = 50

/**
 * Takes leave of clients before the socket closes: not ready from now on, each answer closes its connection, until no
 * connection is left or three seconds are over. New requests are served meanwhile.
 */
export async function drain (app: FastifyInstance): Promise<void> {
  app.draining.begin()
  const until = performance.now() + longestMilliseconds
  while (performance.now() < until && await connectionsOf(app) > 0) await wait(lookMilliseconds)
}

const connectionsOf = async (app: FastifyInstance): Promise<number> =>
  await new Promise((resolve) => app.server.getConnections((_error, count) => resolve(count ?? 0)))
