import t from 'tap'
import { addMail, createOutbox, leaseSeconds, purgeOutbox, waitSeconds, type MailKind, type Outgoing } from '../../src/store/outbox.js'
import { forEveryStore } from '../helpers/stores.js'
import { startStore } from '../helpers/outbox.js'

t.test('The wait after a failure', async (t) => {
  const middle = (attempts: number) => waitSeconds(attempts, 0.5)

  await t.test('doubles from 5 seconds to an hour', async (t) => {
    t.same([1, 2, 3, 4, 10, 11, 12, 60].map(middle), [5, 10, 20, 40, 2560, 3600, 3600, 3600])
  })

  await t.test('is a quarter more or less, so that not all come back at once', async (t) => {
    t.same([waitSeconds(1, 0), waitSeconds(1, 1)], [3.75, 6.25])
  })
})

t.test('The outbox', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const { sql, newUser } = await startStore(t, stores)
    const outbox = createOutbox(sql)

    /** Mails of one kind, which nobody else in this test puts out. */
    async function put (kind: MailKind, count = 1) {
      await sql`delete from outbox`
      const user = await newUser()
      for (let done = 0; done < count; done++) await addMail(sql, { kind, userId: user.id, email: user.email })
      return user
    }
    const claim = async (limit = 10, ...kinds: string[]) => await outbox.claim({ kinds: kinds.length > 0 ? kinds : ['password_changed', 'email_changed'], limit })
    const waits = async ({ id }: Outgoing) => {
      const [row] = await sql<{ seconds: number, givenUp: boolean, lastError: string | null }[]>`
        select extract(epoch from due_at - now())::float8 as seconds, given_up_at is not null as given_up, last_error
        from outbox
        where id = ${id}
      `
      return row
    }
    const claimOne = async () => (await claim())[0] as Outgoing

    await t.test('gives what is due to whoever comes first, whole', async (t) => {
      const { id, email } = await put('password_changed')
      t.match(await claim(), [{ kind: 'password_changed', userId: id, email, detail: {}, attempts: 1, createdAt: Date, name: null }])
      t.same(await claim(), [])
    })

    await t.test('gives the name of a user whose address is verified, and of no other', async (t) => {
      const { id } = await put('password_changed')
      await sql`update users set verified_at = now() where id = ${id}`
      t.match(await claim(), [{ name: 'Ada Lovelace' }])
    })

    await t.test('finds out whose a forgotten password is as it gives the mail, or that it is nobody\'s', async (t) => {
      const { id, email } = await put('reset_password', 0)
      const { email: closed } = await newUser()
      await sql`update users set disabled_at = now() where email = ${closed}`
      for (const to of [email, closed, 'nobody@example.com']) await sql`insert into outbox (kind, email) values ('reset_password', ${to})`
      const claimed = await claim(3, 'reset_password')
      t.same(new Map(claimed.map(({ email, userId }) => [email, userId])), new Map([[email, id], [closed, null], ['nobody@example.com', null]]))
    })

    await t.test('gives what is asked for alone: so many, and of these kinds', async (t) => {
      await put('password_changed', 3)
      t.equal((await claim(2)).length, 2)
      t.same(await claim(2, 'event'), [])
      t.equal((await claim(2)).length, 1)
    })

    await t.test('gives first what has been due longest, of whichever kind', async (t) => {
      const { id: userId, email } = await put('password_changed', 2)
      await addMail(sql, { kind: 'email_changed', userId, email })
      await sql`update outbox set due_at = now() - interval '1 hour' where kind = 'email_changed'`
      t.match(await claim(1), [{ kind: 'email_changed' }])
    })

    await t.test('gives back what was taken by somebody who then died, once the lease is over', async (t) => {
      await put('password_changed')
      const taken = await claimOne()
      const seconds = (await waits(taken))?.seconds ?? 0
      t.ok(seconds > leaseSeconds - 5 && seconds <= leaseSeconds, String(seconds))
      await sql`update outbox set due_at = due_at - make_interval(secs => ${leaseSeconds})`
      t.match(await claim(), [{ id: taken.id, attempts: 2 }])
    })

    await t.test('shares what is due among all who come at once: nothing twice, nothing left', async (t) => {
      await put('password_changed', 40)
      const shares = await Promise.all(Array.from({ length: 10 }, async () => await claim(4)))
      const ids = [...shares, await claim(40)].flat().map(({ id }) => id)
      t.equal(ids.length, 40)
      t.equal(new Set(ids).size, 40)
    })

    await t.test('forgets what was sent', async (t) => {
      await put('password_changed')
      const { id } = await claimOne()
      t.equal(await outbox.sent(id), true)
      t.equal(await waits({ id } as Outgoing), undefined)
      t.equal(await outbox.sent(id), false)
    })

    await t.test('keeps what failed for later, with the reason', async (t) => {
      await put('password_changed')
      const taken = await claimOne()
      t.equal(await outbox.failed(taken, 'x'.repeat(600)), false)
      const { seconds = 0, lastError } = await waits(taken) ?? {}
      t.ok(seconds > 3 && seconds < 6.3, String(seconds))
      t.equal(lastError, 'x'.repeat(500))
      t.same(await claim(), [])
    })

    await t.test('lets nobody put off what somebody else has taken since', async (t) => {
      await put('password_changed')
      const slow = await claimOne()
      await sql`update outbox set due_at = now()`
      const taken = await claimOne()
      await outbox.failed(slow, 'too late')
      t.match(await waits(taken), { lastError: null })
    })

    await t.test('gives up after two days, visibly, and forgets a month later', async (t) => {
      await put('password_changed')
      const taken = await claimOne()
      await sql`update outbox set created_at = now() - interval '47 hours'`
      t.equal(await outbox.failed(taken, 'no'), false)
      await sql`update outbox set created_at = now() - interval '49 hours', due_at = now()`
      t.equal(await outbox.failed(await claimOne(), 'still no'), true)
      t.match(await waits(taken), { givenUp: true, lastError: 'still no' })
      await sql`update outbox set due_at = now()`
      t.same(await claim(), [])

      await sql`update outbox set given_up_at = now() - interval '29 days'`
      t.equal(await purgeOutbox(sql), 0)
      await sql`update outbox set given_up_at = now() - interval '31 days'`
      t.equal(await purgeOutbox(sql), 1)
    })

    await t.test('holds one mail with a link a user and kind, the latest; notices all', async (t) => {
      for (const kind of ['verify_email', 'change_email', 'reset_password'] as const) {
        const { id: userId } = await put(kind, 2)
        await addMail(sql, { kind, userId, email: 'latest@example.com' })
        const { id: other } = await newUser()
        await addMail(sql, { kind, userId: other, email: 'other@example.com' })
        t.same((await claim(9, kind)).map(({ email }) => email).sort(), ['latest@example.com', 'other@example.com'], kind)
      }
      await put('password_changed', 2)
      t.equal((await claim()).length, 2)
    })

    await t.test('says what a mail says besides', async (t) => {
      const { id: userId, email } = await put('password_changed', 0)
      await addMail(sql, { kind: 'email_changed', userId, email, detail: { ip: '::1', newEmail: 'ada@new.example' } })
      t.match(await claim(), [{ detail: { ip: '::1', newEmail: 'ada@new.example' } }])
    })

    await t.test('loses the mails of a user who is deleted', async (t) => {
      const { id } = await put('password_changed')
      await sql`delete from users where id = ${id}`
      t.same(await claim(), [])
    })

    await t.test('takes nothing of a change that was not committed', async (t) => {
      const { id: userId, email } = await put('password_changed', 0)
      await t.rejects(sql.begin(async (tx) => {
        await addMail(tx, { kind: 'password_changed', userId, email })
        throw new Error('no')
      }), { message: 'no' })
      t.same(await claim(), [])
    })
  })
})
