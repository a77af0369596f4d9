import { connect as connectPlain } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Config } from '../../config.js'
import { about, isLoopback, orOk, type Finding } from './finding.js'

const milliseconds = 5_000

/** Whether the webhook's server can be reached, its certificate is good and the secret is one. Nothing is posted. */
export async function examineWebhook ({ production, eventsWebhookUrl: url, eventsWebhookSecret: secret = '' }: Pick<Config, 'production' | 'eventsWebhookUrl' | 'eventsWebhookSecret'>): Promise<Finding[]> {
  const { ok, warning, wrong } = about('webhook')
  if (url === undefined) return [ok('none')]
  const { protocol, hostname, host } = new URL(url)
  const failure = await reach(new URL(url))
  const bytes = Buffer.from(secret.replace('whsec_', ''), 'base64')
  return orOk([
    failure !== undefined && wrong(`${host} cannot be reached: ${failure}`, 'mend EVENTS_WEBHOOK_URL, or see that its server is there; events wait for two days'),
    new Set(bytes).size < 12 && wrong('EVENTS_WEBHOOK_SECRET is easily guessed', 'make one with `echo "whsec_$(openssl rand -base64 32)"`, and give it to the receiver'),
    production && protocol === 'http:' && !isLoopback(hostname) && warning(`${url} is http: addresses and names of people go there for anybody to read`, 'use https')
  ], ok(`${host} can be reached`))
}

async function reach ({ protocol, hostname, port }: URL): Promise<string | undefined> {
  const host = hostname.replace(/^\[|\]$/g, '')
  const tls = protocol === 'https:'
  const at = { host, port: Number(port || (tls ? 443 : 80)) }
  return await new Promise((resolve) => {
    const socket = tls ? connectTls({ ...at, servername: host }) : connectPlain(at)
    const done = (failure?: string) => {
      socket.destroy()
      resolve(failure)
    }
    socket.setTimeout(milliseconds, () => done(`no answer in ${milliseconds / 1000} s`))
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message))
    socket.once(tls ? 'secureConnect' : 'connect', () => done())
  })
}
