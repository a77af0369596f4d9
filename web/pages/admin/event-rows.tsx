import { deviceOf } from '../../../src/lib/device.js'
import type { Event } from '../../../client/index.js'
import { Rows } from '../../components/rows.js'
import { shortTime } from '../../lib/time.js'
import { detailWords, eventWords } from '../../lib/words-for-events.js'
import type { Listed } from '../../listed.js'
import { to } from '../../settings.js'

/** Events, the newest first; `whose` tells of whom each one is. */
export function EventRows ({ listed, whose = false }: { listed: Listed<Event>, whose?: boolean }) {
  const draw = ({ id, at, type, userId, ip, userAgent, detail }: Event) => (
    <tr key={id}>
      <td class='nowrap small'><time datetime={at} title={at}>{shortTime(at)}</time></td>
      <th scope='row'>{eventWords[type]}<span class='small quiet'>{detailWords({ detail })}</span></th>
      {whose && <td class='small'>{userId === null ? '' : <a href={to(`/admin/users/${userId}`)} aria-label={`User ${userId}`}>{userId.slice(0, 8)}</a>}</td>}
      <td class='small'>{[deviceOf(userAgent), ip].filter(Boolean).join(', ')}</td>
    </tr>
  )
  return <Rows label='Events' columns={['When', 'What', ...(whose ? ['User'] : []), 'Where from']} listed={listed} none='Nothing has happened.' draw={draw} />
}
