import t from 'tap'
import { findEmailToken } from '../../src/store/email-tokens.js'
import { leaseSeconds } from '../../src/store/outbox.js'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { insertUser, startMailServer, waiting } from '../helpers/outbox.js'
import { startServer, workplace } from '../helpers/programs.js'
import { leftOut, servicesFor } from '../helpers/services.js'
import { uniqueEmail } from '../helpers/users.js'

const patient = { within: 60_000, every: 20 }

t.test('nodes that share an outbox', { skip: leftOut }, async (t) => {
  const { postgres, redis } = await servicesFor(t)
  const stores = { settings: { DATABASE_URL: postgres.url, REDIS_URL: redis.url } }

  await t.test('send each mail once, and all of them take part', async (t) => {
    const servers = [await startMailServer(t), await startMailServer(t)] as const
    const nodes = [await startApp(t, stores, { SMTP_URL: servers[0].url }), await startApp(t, stores, { SMTP_URL: servers[1].url })] as const
    const [one] = nodes
    const ada = await insertUser(one.sql)
    await one.sql`
      insert into outbox (kind, user_id, email)
      select 'password_changed', ${ada.id}, n || ${`-${ada.email}`} from generate_series(1, 200) as n
    `
    for (const { mail } of nodes) mail.wake()
    await eventually(async () => (await waiting(one)).length === 0, Boolean, patient)

    const [first, second] = servers.map(({ received }) => received.map(({ to }) => to))
    t.ok((first?.length ?? 0) > 20 && (second?.length ?? 0) > 20, `${first?.length} and ${second?.length}`)
    t.equal([...first ?? [], ...second ?? []].length, 200)
    t.equal(new Set([...first ?? [], ...second ?? []]).size, 200)
  })

  await t.test('send what one of them had taken when it was killed, after its lease', async (t) => {
    const [holding, accepting] = [await startMailServer(t, 'holds'), await startMailServer(t)]
    const killed = await startServer(t, await workplace(t), { ...stores.settings, SMTP_URL: holding.url })
    const account = { name: 'Ada', email: uniqueEmail(), password: 'a quiet harbour at dawn' }
    const { status } = await fetch(`${killed.origin}/api/auth/register`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(account)
    })
    t.equal(status, 200)
    await eventually(() => holding.held() === 1, Boolean, patient)
    await killed.stop('SIGKILL')

    const next = await startApp(t, stores, { SMTP_URL: accepting.url })
    const [mail] = await waiting(next)
    t.match(mail, { email: account.email, attempts: 1, lastError: null })
    t.ok((mail?.waitSeconds ?? 0) > 0, 'until then nobody else takes it')
    await next.sql`update outbox set due_at = due_at - make_interval(secs => ${leaseSeconds})`
    next.mail.wake()
    await eventually(async () => (await waiting(next)).length === 0, Boolean, patient)
    t.same(accepting.received.map(({ to }) => to), [account.email])
    t.ok(await findEmailToken(next.sql, 'verify', accepting.received[0]?.token ?? ''))
  })
})
