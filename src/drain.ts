import type { FastifyInstance } from 'fastify'
import { setTimeout as wait } from 'node:timers/promises'

const longestMilliseconds = 3000
const lookMilliseconds = 50
/** In production somebody asks whether this node is ready, now and then: he should have heard that it is not. */
const quietMilliseconds = { production: 1000, else: 0 }

/**
 * Takes leave of clients before the socket closes: not ready from now on, each answer closes its connection, until there was no
 * connection for a while or three seconds are over. New requests are served meanwhile.
 */
export async function drain (app: FastifyInstance): Promise<void> {
  app.draining.begin()
  const quiet = quietMilliseconds[app.config.production ? 'production' : 'else']
  const until = performance.now() + longestMilliseconds
  let busyAt = performance.now()
  while (performance.now() < until) {
    if (await connectionsOf(app) > 0) busyAt = performance.now()
    else if (performance.now() - busyAt >= quiet) return
    await wait(lookMilliseconds)
  }
}

const connectionsOf = async (app: FastifyInstance): Promise<number> =>
  await new Promise((resolve) => app.server.getConnections((_error, count) => resolve(count ?? 0)))
