import type { Config } from '../../config.js'
import { verifyMailServer } from '../../lib/mail-transport.js'
import { about, isLoopback, type Finding } from './finding.js'

const remedies: Record<string, string> = {
  EAUTH: 'mend the user and the password in SMTP_URL',
  ETLS: 'let the server have a certificate for that name, or use smtps:// if that is what the port speaks',
  ESOCKET: 'see that the server is there, that host and port are right, and that its certificate is good',
  ECONNECTION: 'see that the server is there, and that host and port are right',
  ETIMEDOUT: 'see that no firewall is in between, and that host and port are right',
  EDNS: 'mend the host in SMTP_URL'
}

/** Whether the mail server takes us: connection, TLS and name, without a mail. */
export async function examineMail ({ production, smtpUrl }: Pick<Config, 'production' | 'smtpUrl'>): Promise<Finding[]> {
  const { ok, warning, wrong } = about('mail')
  if (smtpUrl === undefined) {
    return [production ? warning('SMTP_URL is not set: mails are written into files, and nobody gets them', 'set SMTP_URL') : ok('written into files')]
  }
  const { hostname, host, protocol } = new URL(smtpUrl)
  try {
    await verifyMailServer(smtpUrl)
  } catch (error) {
    const { message, code = '' } = error as NodeJS.ErrnoException
    return [wrong(`${host}: ${message}`, remedies[code] ?? 'mend SMTP_URL')]
  }
  const open = protocol === 'smtp:' && !isLoopback(hostname) && !await verifyMailServer(smtpUrl, { requireTLS: true }).then(() => true, () => false)
  return [open
    ? warning(`${host} speaks no TLS: links that reset passwords go there for anybody to read`, 'use a server that offers STARTTLS, or smtps://')
    : ok(`${host} takes us`)]
}
