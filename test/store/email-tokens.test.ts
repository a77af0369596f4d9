import t from 'tap'
import { consumeEmailToken, endResets, findEmailToken, issueEmailToken, purgeEmailTokens, type EmailTokenPurpose } from '../../src/store/email-tokens.js'
import { addMail } from '../../src/store/outbox.js'
import { startStore } from '../helpers/outbox.js'
import { forEveryStore } from '../helpers/stores.js'

const kinds = { verify: 'verify_email', change: 'change_email', reset: 'reset_password' } as const
const purposes = ['verify', 'change', 'reset'] as const

t.test('A one-use token of a mail', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const { sql, newUser } = await startStore(t, stores)

    async function putOut (user: { id: string, email: string }, purpose: EmailTokenPurpose, email = user.email) {
      await addMail(sql, { kind: kinds[purpose], userId: user.id, email })
      const [row] = await sql<{ id: string }[]>`select id from outbox where user_id = ${user.id} and kind = ${kinds[purpose]}`
      return { outboxId: row?.id ?? '', userId: user.id, purpose }
    }
    async function issued (purpose: EmailTokenPurpose, user?: { id: string, email: string }) {
      user ??= await newUser()
      return { ...user, token: String(await issueEmailToken(sql, await putOut(user, purpose))) }
    }
    const consume = async (purpose: EmailTokenPurpose, token: string) => await sql.begin(async (tx) => await consumeEmailToken(tx, purpose, token))
    const rowsOf = async ({ id }: { id: string }) => await sql<{ hash: Buffer, seconds: number }[]>`
      select hash, extract(epoch from expires_at - created_at)::integer as seconds from email_tokens where user_id = ${id}
    `

    for (const purpose of purposes) {
      await t.test(`to ${purpose} is good once`, async (t) => {
        const { id, email, token } = await issued(purpose)
        t.match(token, /^[\w-]{43}$/)
        t.same(await findEmailToken(sql, purpose, token), { userId: id, email }, 'looking is not using')
        t.same(await consume(purpose, token), { userId: id, email })
        t.equal(await findEmailToken(sql, purpose, token), undefined)
        t.equal(await consume(purpose, token), undefined)
      })

      await t.test(`to ${purpose} shown fifty times at once is good once`, async (t) => {
        const { token } = await issued(purpose)
        const answers = await Promise.all(Array.from({ length: 50 }, async () => await consume(purpose, token)))
        t.equal(answers.filter((answer) => answer !== undefined).length, 1)
      })

      await t.test(`to ${purpose} is good for nothing else`, async (t) => {
        const { token } = await issued(purpose)
        for (const other of purposes) if (other !== purpose) t.equal(await consume(other, token), undefined, other)
        t.ok(await consume(purpose, token))
      })
    }

    await t.test('lives a day, or an hour to reset', async (t) => {
      for (const [purpose, seconds] of [['verify', 86_400], ['change', 86_400], ['reset', 3_600]] as const) {
        const user = await issued(purpose)
        t.match(await rowsOf(user), [{ seconds }], purpose)
        await sql`update email_tokens set created_at = created_at - interval '2 days', expires_at = now() - interval '1 millisecond' where user_id = ${user.id}`
        t.equal(await findEmailToken(sql, purpose, user.token), undefined)
        t.equal(await consume(purpose, user.token), undefined)
      }
    })

    await t.test('is removed some time after it has expired', async (t) => {
      const [expired, live] = [await issued('reset'), await issued('reset')]
      await purgeEmailTokens(sql)
      await sql`update email_tokens set created_at = created_at - interval '2 days', expires_at = now() - interval '1 second' where user_id = ${expired.id}`
      t.equal(await purgeEmailTokens(sql), 1)
      t.same([(await rowsOf(expired)).length, (await rowsOf(live)).length], [0, 1])
    })

    await t.test('is stored as a hash alone', async (t) => {
      const user = await issued('reset')
      const [{ text } = { text: '' }] = await sql<{ text: string }[]>`
        select concat(to_jsonb(email_tokens), (select jsonb_agg(outbox) from outbox)) as text from email_tokens where user_id = ${user.id}
      `
      t.notMatch(text, user.token)
      t.notMatch(text, Buffer.from(user.token, 'base64url').toString('hex'))
      t.equal((await rowsOf(user))[0]?.hash.length, 32)
    })

    await t.test('ends its elder', async (t) => {
      const elder = await issued('reset')
      const { token } = await issued('reset', elder)
      t.equal(await consume('reset', elder.token), undefined)
      t.ok(await consume('reset', token))
    })

    await t.test('is made anew when its mail is sent again', async (t) => {
      const user = await newUser()
      const mail = await putOut(user, 'verify')
      const [first, second] = [await issueEmailToken(sql, mail), await issueEmailToken(sql, mail)]
      t.equal(await consume('verify', String(first)), undefined)
      t.ok(await consume('verify', String(second)))
    })

    await t.test('is not made for a mail that is wanted no more, nor for an address its user has no more', async (t) => {
      const [gone, moved, deleted] = [await newUser(), await newUser(), await newUser()]
      const mails = { gone: await putOut(gone, 'reset'), moved: await putOut(moved, 'reset'), deleted: await putOut(deleted, 'reset') }
      await sql`delete from outbox where id = ${mails.gone.outboxId}`
      await sql`update users set email = ${`x${moved.email}`} where id = ${moved.id}`
      await sql`delete from users where id = ${deleted.id}`
      for (const mail of Object.values(mails)) t.equal(await issueEmailToken(sql, mail), undefined)
    })

    await t.test('that went to an address its user has no more is no good', async (t) => {
      for (const purpose of ['verify', 'reset'] as const) {
        const { id, email, token } = await issued(purpose)
        await sql`update users set email = ${`x${email}`} where id = ${id}`
        t.equal(await consume(purpose, token), undefined, purpose)
      }
    })

    await t.test('to change the address goes to the new one, and tells which', async (t) => {
      const user = await newUser()
      const token = String(await issueEmailToken(sql, await putOut(user, 'change', `new-${user.email}`)))
      t.same(await consume('change', token), { userId: user.id, email: `new-${user.email}` })
    })

    await t.test('goes with its user', async (t) => {
      const { id, token } = await issued('verify')
      await sql`delete from users where id = ${id}`
      t.equal(await consume('verify', token), undefined)
    })

    await t.test('to reset or to change the address ends with the password, with its mail; to verify it stays', async (t) => {
      const user = await newUser()
      const tokens = { reset: '', change: '', verify: '' }
      for (const purpose of purposes) tokens[purpose] = (await issued(purpose, user)).token
      await sql.begin(async (tx) => await endResets(tx, user.id))
      t.same([await consume('reset', tokens.reset), await consume('change', tokens.change)], [undefined, undefined])
      t.ok(await consume('verify', tokens.verify))
      const kinds = await sql<{ kind: string }[]>`select kind from outbox where user_id = ${user.id}`
      t.same(kinds.map(({ kind }) => kind), ['verify_email'])
    })

    await t.test('to reset ends with the password also where the mail does not name its user yet', async (t) => {
      const [user, other] = [await newUser(), await newUser()]
      for (const { email } of [user, other]) await sql`insert into outbox (kind, email) values ('reset_password', ${email})`
      await sql.begin(async (tx) => await endResets(tx, user.id))
      const mails = await sql<{ id: string, email: string }[]>`select id, email from outbox where user_id is null`
      t.same(mails.map(({ email }) => email), [other.email])
      t.ok(await issueEmailToken(sql, { outboxId: mails[0]?.id ?? '', userId: other.id, purpose: 'reset' }))
      t.equal(await issueEmailToken(sql, { outboxId: mails[0]?.id ?? '', userId: user.id, purpose: 'reset' }), undefined, 'for nobody else')
    })

    await t.test('to reset never outlives a change of the password at the same moment', async (t) => {
      const changePassword = async (userId: string) => await sql.begin(async (tx) => {
        await tx`select from users where id = ${userId} for no key update`
        await endResets(tx, userId)
      })
      for (let round = 0; round < 20; round++) {
        const user = await newUser()
        const mail = await putOut(user, 'reset')
        await Promise.all(round % 2 === 0
          ? [issueEmailToken(sql, mail), changePassword(user.id)]
          : [changePassword(user.id), issueEmailToken(sql, mail)])
        t.same(await rowsOf(user), [])
      }
    })

    await t.test('is issued and used at the same moment without a deadlock', async (t) => {
      const user = await newUser()
      const use = async (token: string) => await sql.begin(async (tx) => {
        await consumeEmailToken(tx, 'reset', token)
        await tx`update users set password_version = password_version + 1 where id = ${user.id}`
      })
      for (let round = 0; round < 20; round++) {
        const { token } = await issued('reset', user)
        const mail = await putOut(user, 'reset')
        await Promise.all([use(token), issueEmailToken(sql, mail), use(token), issueEmailToken(sql, mail)])
      }
      t.equal((await rowsOf(user)).length, 1)
    })
  })
})
