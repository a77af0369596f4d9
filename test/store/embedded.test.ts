import { connect } from 'node:net'
import t, { type Test } from 'tap'
import { connectDatabase } from '../../src/store/database.js'
import { startEmbedded, type EmbeddedDatabase } from '../../src/store/embedded.js'
import { eventually } from '../helpers/eventually.js'
import { privateFolder } from '../helpers/services.js'

const folder = await privateFolder()
const embedded = await startEmbedded(folder)
t.teardown(async () => await embedded.close())

function open (t: Test, { path }: EmbeddedDatabase, pool: number) {
  const { sql, close } = connectDatabase({ url: { path }, pool, log: { warn () {} } })
  t.teardown(close)
  return sql
}

t.test('many connections at once are each answered with their own', async (t) => {
  const sql = open(t, embedded, 10)
  const asked = Array.from({ length: 200 }, (_, number) => number)
  const answers = await Promise.all(asked.map(async (number) => {
    if (number % 2 === 0) return (await sql`select ${number}::int as number`)[0]?.number
    return (await sql`select ${number}::int as number, ${'x'.repeat(number)}::text as padding`)[0]?.number
  }))
  t.same(answers, asked)
})

t.test('transactions of many connections do not run into each other', async (t) => {
  const sql = open(t, embedded, 10)
  await sql`create table purses (coins int)`
  await sql`insert into purses values (0)`
  const spoilt = new Error('spoilt')

  await Promise.allSettled(Array.from({ length: 40 }, async (_, number) => await sql.begin(async (tx) => {
    const [purse] = await tx<{ coins: number }[]>`select coins from purses for update`
    await tx`update purses set coins = ${(purse?.coins ?? 0) + 1}`
    if (number % 4 === 0) throw spoilt
  })))
  t.same(await sql`select coins from purses`, [{ coins: 30 }])
})

t.test('a client that goes away in the middle of a query or a transaction holds nobody up', async (t) => {
  const sql = open(t, embedded, 2)
  for (const lastWords of [['begin'], ['begin', 'half a query'], ['half a query']]) {
    const client = connect(embedded.path)
    const answers = { bytes: 0 }
    client.on('data', ({ length }) => { answers.bytes += length })
    client.write(startup)
    await eventually(() => answers.bytes > 0)
    if (lastWords.includes('begin')) {
      const before = answers.bytes
      client.write(message('Q', 'begin\0'))
      await eventually(() => answers.bytes > before)
    }
    if (lastWords.includes('half a query')) client.write(message('P', '\0select 1\0\0\0'))
    client.end()
    t.same(await sql`select ${1}::int as one`, [{ one: 1 }], lastWords.join(', '))
  }
})

const startup = framed('', '\0\x03\0\0user\0postgres\0database\0postgres\0\0')

function message (type: string, body: string) {
  return framed(type, body)
}

function framed (type: string, body: string) {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([Buffer.from(type), length, Buffer.from(body)])
}
