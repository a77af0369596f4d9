import http from 'node:http'
import https from 'node:https'
import { text } from 'node:stream/consumers'

const milliseconds = 3_000
/** Each on a connection of its own, so that a balancer may send them to different nodes. */
const times = 5

/** The sorted kids of each answer, undefined for one that is no key set; undefined in all when nothing answers. */
export async function publishedKids (publicUrl: string): Promise<Array<string[] | undefined> | undefined> {
  const url = `${publicUrl}/.well-known/jwks.json`
  try {
    return await Promise.all(Array.from({ length: times }, async () => await ask(url)))
  } catch {
    return undefined
  }
}

async function ask (url: string): Promise<string[] | undefined> {
  const { get } = url.startsWith('https:') ? https : http
  const body = await new Promise<string>((resolve, reject) => {
    get(url, { agent: false, signal: AbortSignal.timeout(milliseconds) }, (answer) => text(answer).then(resolve, reject)).on('error', reject)
  })
  try {
    const { keys } = JSON.parse(body) as { keys: Array<{ kid: string }> }
    return keys.map(({ kid }) => kid).sort()
  } catch {
    return undefined
  }
}
