import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import type { Role } from '../../../src/schemas.js'
import type { FoundUser, UserQuery } from '../../../src/store/users/search.js'
import { createUserSearch } from '../../../src/store/users/search.js'
import { startApp } from '../../helpers/app.js'
import { forEveryStore } from '../../helpers/stores.js'

interface Person { id: string, name: string, email: string, role: Role }

const person = (name: string, email = `${randomUUID()}@example.com`, role: Role = 'user'): Person => ({ id: randomUUID(), name, email, role })

const formOf = (said: string) => said.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').replace(/\s+/g, ' ').toLowerCase()

/** What a person is found by, said another way than the tables say it. */
function wordsOf ({ name, email }: Person): string[] {
  const form = formOf(name)
  const starts = [...form.matchAll(/(?<=^|[ '-])[^ '-]/gu)].map(({ index }) => index)
  return [...starts.map((start) => form.slice(start)), email, email.split('@').at(-1) ?? '']
}

const matches = (q: string) => (person: Person) => wordsOf(person).some((word) => word.startsWith(formOf(q)))

t.test('the search for users', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const { sql } = await startApp(t, stores)
    const { search } = createUserSearch(sql)

    async function populate (people: Person[]) {
      await sql`delete from users`
      for (const { id, name, email, role } of people) {
        await sql`insert into users (id, name, email, role, password_hash) values (${id}, ${name}, ${email}, ${role}, ${'x'.repeat(20)})`
      }
    }

    /** Page after page to the end. */
    async function pages (query: Partial<UserQuery>, limit: number): Promise<FoundUser[][]> {
      const all: FoundUser[][] = []
      for (let after: UserQuery['after']; ;) {
        const page = await search({ q: undefined, role: undefined, after, limit, ...query })
        all.push(page)
        const last = page.at(-1)
        if (last === undefined || page.length < limit) return all
        after = { at: last.at, id: last.id }
      }
    }

    const found = async (query: Partial<UserQuery>, limit = 3) => (await pages(query, limit)).flat()
    const namesBy = async (q: string) => (await found({ q })).map(({ name }) => name)

    await t.test('finds by the beginning of any word of the name, of the address and of its domain', async (t) => {
      await populate([
        person('Ada King-Lovelace', 'countess@example.com'), person("Conan O'Brien", 'conan@late.example'), person('Grace Hopper', 'ada@navy.example')
      ])

      for (const q of ['ada', 'ADA', 'ada k', 'king', 'king-love', 'lovelace', 'countess@', 'example.com']) t.ok((await namesBy(q)).includes('Ada King-Lovelace'), q)
      for (const q of ["o'b", 'brien', 'late', 'conan o']) t.same(await namesBy(q), ["Conan O'Brien"], q)
      t.same((await namesBy('ada')).sort(), ['Ada King-Lovelace', 'Grace Hopper'])
      for (const q of ['elace', 'da', 'xample', 'ada lovelace', '%', '_', "'", ' ', '\u0301', '\\', 'ada%']) t.same(await namesBy(q), [], q)
    })

    await t.test('passes over case, accents, and how many blanks there are', async (t) => {
      await populate([person('Éva   Zoë Müller', 'eva@example.com')])

      for (const q of ['éva', 'EVA', 'e\u0301va zoe', 'Eva  Zoë', 'muller', 'MU\u0308LLER']) t.same(await namesBy(q), ['Éva   Zoë Müller'], q)
    })

    await t.test('tells what is to be told of a user and no more', async (t) => {
      const ada = person('Ada', 'ada@example.com', 'admin')
      await populate([ada])
      const [row] = await found({ q: 'ada' })
      const { createdAt, updatedAt, ...rest } = row ?? {}

      t.same(rest, { ...ada, photo: 'default.png', verified: false, disabled: false, version: 1, at: 'ada' })
      t.match(createdAt, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
      t.equal(updatedAt, createdAt)
    })

    await t.test('gives everybody once, the newest first, when nothing is searched for', async (t) => {
      const people = Array.from({ length: 7 }, (_, number) => person(`Person ${number}`, undefined, number % 3 === 0 ? 'admin' : 'user'))
      await populate(people)
      // Three at one moment: the ids tell them apart.
      await sql`update users set created_at = '2026-01-01 00:00:00.123456', updated_at = '2026-01-01 00:00:00.123456' where name < 'Person 3'`
      await sql`update users set created_at = '2026-01-01 00:00:00.123457', updated_at = '2026-01-02' where name = 'Person 3'`
      // The embedded database counts milliseconds, and makes several people in one.
      for (const number of [4, 5, 6]) {
        const at = `2026-01-0${number}`
        await sql`update users set created_at = ${at}, updated_at = ${at} where name = ${`Person ${number}`}`
      }

      for (const limit of [1, 2, 3, 100]) {
        const names = (await found({}, limit)).map(({ name }) => name)
        t.same(names.slice(0, 4), ['Person 6', 'Person 5', 'Person 4', 'Person 3'])
        t.same([...names].sort(), people.map(({ name }) => name))
      }
      t.same((await found({ role: 'admin' }, 1)).map(({ name }) => name), ['Person 6', 'Person 3', 'Person 0'])
      t.same((await found({ role: 'user' }, 2)).length, 4)
    })

    await t.test('keeps its place while others come and go', async (t) => {
      await populate(['b', 'c', 'd', 'e'].map((name) => person(name, `${name}@x.example`)))
      const [first = []] = await pages({ q: 'x' }, 2)
      const [, last] = first
      if (last === undefined) throw new Error('nobody was found')
      await sql`delete from users where id = ${last.id}`
      await populateMore(person('aa', 'a@x.example'))

      const rest = await search({ q: 'x', role: undefined, after: { at: last.at, id: last.id }, limit: 10 })
      const everybody = [...first, ...rest].map(({ id }) => id)
      t.equal(new Set(everybody).size, everybody.length, 'nobody twice')
    })

    async function populateMore ({ id, name, email }: Person) {
      await sql`insert into users (id, name, email, password_hash) values (${id}, ${name}, ${email}, ${'x'.repeat(20)})`
    }

    await t.test('follows a user who changes name, address or role, or goes', async (t) => {
      const ada = person('Ada Lovelace', 'ada@example.com')
      await populate([ada, person('Somebody Else', 'else@other.example')])

      await sql`update users set name = 'Augusta King' where id = ${ada.id}`
      t.same([await namesBy('lovelace'), await namesBy('king')], [[], ['Augusta King']])
      await sql`update users set email = 'augusta@new.example' where id = ${ada.id}`
      t.same([await namesBy('ada'), await namesBy('new.example')], [[], ['Augusta King']])
      await sql`update users set role = 'admin' where id = ${ada.id}`
      t.same((await found({ q: 'king', role: 'admin' })).length, 1)
      t.same(await found({ q: 'king', role: 'user' }), [])
      await sql`delete from users where id = ${ada.id}`
      t.same(await namesBy('king'), [])
      t.same([...await sql`select from user_words where user_id = ${ada.id}`], [], 'no word of theirs is left')
      t.equal((await namesBy('some')).length, 1)
    })

    await t.test('finds whoever matches, and each once, whatever is asked for', async () => {
      const sign = fc.constantFrom('a', 'b', 'A', 'é', ' ', '-', "'", '@', '.')
      const text = (maxLength: number) => fc.array(sign, { minLength: 1, maxLength }).map((signs) => signs.join(''))
      const somebody = fc.record({ name: text(8).map((name) => name.trim() || 'a'), local: text(4), domain: fc.constantFrom('a.b', 'ab', 'ab.a'), role: fc.constantFrom<Role>('user', 'admin') })
      const everything = fc.record({
        crowd: fc.array(somebody, { minLength: 1, maxLength: 12 }), q: text(4).map((q) => q.trim() || 'a'), role: fc.constantFrom<Role | undefined>('user', 'admin', undefined), limit: fc.integer({ min: 1, max: 5 })
      })

      await fc.assert(fc.asyncProperty(everything, async ({ crowd, q, role, limit }) => {
        const people = crowd.map(({ name, local, domain, role }, number) => person(name, `${local.replace(/[@ é]/g, '').toLowerCase()}${number}@${domain}`, role))
        await populate(people)
        const wanted = people.filter(matches(q)).filter((one) => role === undefined || one.role === role)
        const got = await found({ q, role }, limit)
        if (JSON.stringify(got.map(({ id }) => id).sort()) !== JSON.stringify(wanted.map(({ id }) => id).sort())) {
          throw new Error(`${JSON.stringify(got)} were found, and not ${JSON.stringify(wanted)}`)
        }
      }), { numRuns: 60 })
    })
  })
})
