import type { FastifyInstance } from 'fastify'
import { recordOf } from '../../src/store/sessions/row.js'

/** Lets time pass for one session, in its row and in every copy of it. What its tokens say of time stays as it is. */
export async function passTime (app: FastifyInstance, { sessionId, seconds }: { sessionId: string, seconds: number }) {
  await app.sql`
    update sessions
    set created_at = created_at - passed, refreshed_at = refreshed_at - passed, expires_at = expires_at - passed, version = version + 1,
        older_replaced_at = (
          select array_agg(at - passed order by place)
          from unnest(older_replaced_at) with ordinality as older (at, place)
        )
    from make_interval(secs => ${seconds}) as passed
    where id = ${sessionId}
  `
  const session = await app.sessionsRecord.find(sessionId)
  if (session !== undefined) await app.copies.sessionChanged(recordOf(session))
}
