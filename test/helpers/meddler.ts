import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import type { Test } from 'tap'

type Meddle = (answer: Buffer) => string | Buffer

/** A place before a Redis that passes everything on, but for what it answers, or is asked, while somebody meddles. */
export async function startMeddler (t: Pick<Test, 'teardown'>, { url }: { url: string }) {
  let meddle: Meddle = (answer) => answer
  let meddleWithQuestions: Meddle = (question) => question
  const server = createServer((client) => {
    const redis = connect(Number(new URL(url).port), '127.0.0.1')
    client.on('data', (question) => redis.write(meddleWithQuestions(question)))
    redis.on('data', (answer) => client.write(meddle(answer)))
    redis.on('error', () => {}).on('close', () => client.destroy())
    client.on('error', () => {}).on('close', () => redis.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())

  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    always (by: Meddle) { meddle = by },
    withQuestions (by: Meddle) { meddleWithQuestions = by },
    once (by: Meddle) {
      meddle = (answer) => {
        meddle = (answer) => answer
        return by(answer)
      }
    }
  }
}
