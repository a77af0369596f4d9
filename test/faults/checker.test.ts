import t from 'tap'
import { check, type Entry, type Figure, type Rules } from '../../faults/checker.js'

/** A history is told call by call; each takes 5 ms, and the next begins 5 ms later. */
function tell () {
  const history: Entry[] = []
  let now = 0

  const add = (kind: Entry['kind'], more: Partial<Entry>) => {
    const entry: Entry = { kind, node: 'a', user: 'ada', start: now, end: now + 5, status: 200, ...more }
    history.push(entry)
    now = Math.max(now, entry.start) + 10
    return entry
  }
  const pair = (number: number, sid = 's') =>
    ({ sub: 'ada-id', sid, access: `${sid}-a${number}`, refresh: `${sid}-r${number}`, agrees: true, bytes: `${sid}-${number}` })

  return {
    history,
    pair,
    add,
    wait: (milliseconds: number) => { now += milliseconds },
    register: (more: Partial<Entry> = {}) => add('register', { who: 'ada-id', whose: 'ada', ...more }),
    login: (more: Partial<Entry> = {}) => add('login', { given: pair(0), ...more }),
    me: (number: number, more: Partial<Entry> = {}) =>
      add('me', { sid: 's', presented: `s-a${number}`, ...(more.status === undefined ? { who: 'ada-id', whose: 'ada' } : {}), ...more }),
    refresh: (number: number, more: Partial<Entry> = {}) =>
      add('refresh', { sid: 's', presented: `s-r${number}`, ...(more.status === undefined ? { given: pair(number + 1) } : {}), ...more }),
    logout: (more: Partial<Entry> = {}) => add('logout', { sid: 's', ...more }),
    everywhere: (more: Partial<Entry> = {}) => add('everywhere', { sid: 's', presented: 's-a0', ...more })
  }
}

type Story = ReturnType<typeof tell>

const spotless = { acceptedAfterEnded: 0, lost: 0, forks: 0, mixUps: 0, lostWrites: 0, answers500: 0, hangs: 0, unanswered: 0 }

interface Case { says: string, found?: Partial<Record<Figure, number>>, rules?: Rules, story: (told: Story) => void }

const cases: Case[] = [
  {
    says: 'a life without trouble is spotless',
    story (told) {
      told.register()
      told.login()
      told.me(0)
      told.refresh(0)
      told.refresh(0, { node: 'b' })
      told.me(1, { node: 'b' })
      told.logout()
      told.me(1, { status: 401 })
      told.wait(60)
      told.me(1, { status: 401, node: 'b' })
    }
  },
  {
    says: 'a token taken on the node that ended its session',
    found: { acceptedAfterEnded: 1 },
    story (told) {
      told.login()
      told.logout()
      told.me(0)
    }
  },
  {
    says: 'a token taken on another node within 50 ms is in time',
    story (told) {
      told.login()
      told.logout()
      told.me(0, { node: 'b' })
    }
  },
  {
    says: 'a token taken on another node after 50 ms',
    found: { acceptedAfterEnded: 1 },
    story (told) {
      told.login()
      told.logout()
      told.wait(50)
      told.me(0, { node: 'b' })
    }
  },
  {
    says: 'a token taken on another node within 2 s of a fault is in time',
    rules: { windows: [{ from: 5, to: 30 }] },
    story (told) {
      told.login()
      told.logout()
      told.wait(1900)
      told.me(0, { node: 'b' })
    }
  },
  {
    says: 'a token taken on another node after 2 s of a fault',
    rules: { windows: [{ from: 5, to: 3000 }] },
    found: { acceptedAfterEnded: 1 },
    story (told) {
      told.login()
      told.logout()
      told.wait(2000)
      told.me(0, { node: 'b' })
    }
  },
  {
    says: 'a refresh of an ended session, whatever is broken',
    rules: { windows: [{ from: 0, to: 3000 }] },
    found: { acceptedAfterEnded: 1 },
    story (told) {
      told.login()
      told.logout()
      told.refresh(0, { node: 'b' })
    }
  },
  {
    says: 'a session taken after all of its user had ended',
    found: { acceptedAfterEnded: 1 },
    story (told) {
      told.login()
      told.login({ given: told.pair(0, 'other') })
      told.everywhere()
      told.add('me', { sid: 'other', presented: 'other-a0', who: 'ada-id', whose: 'ada' })
    }
  },
  {
    says: 'a login beside the end of all may have come before or after it',
    story (told) {
      told.login()
      told.login({ given: told.pair(0, 'other'), start: 8, end: 25 })
      told.everywhere({ start: 15, end: 20 })
      told.add('me', { sid: 'other', presented: 'other-a0', start: 100, end: 105 })
      told.add('me', { sid: 'other', presented: 'other-a0', start: 110, end: 115, status: 401 })
    }
  },
  {
    says: 'an access token taken after the overlap of its replacement',
    found: { acceptedAfterEnded: 1 },
    story (told) {
      told.login()
      told.refresh(0)
      told.me(0)
      told.wait(2000)
      told.me(0)
    }
  },
  {
    says: 'a session that comes back after a refresh was told that it had ended',
    found: { acceptedAfterEnded: 1 },
    story (told) {
      told.login()
      told.logout({ status: 503, retryAfter: '1' })
      told.refresh(0, { status: 401 })
      told.wait(60)
      told.me(0)
    }
  },
  {
    says: 'the newest access token refused',
    found: { lost: 1 },
    story (told) {
      told.login()
      told.me(0, { status: 401 })
    }
  },
  {
    says: 'the newest refresh token refused',
    found: { lost: 1 },
    story (told) {
      told.login()
      told.refresh(0)
      told.refresh(1, { status: 401 })
    }
  },
  {
    says: 'a logout refused with a token of ours',
    found: { lost: 1 },
    story (told) {
      told.login()
      told.logout({ status: 401 })
    }
  },
  {
    says: 'a parent refused though its successor was never used',
    found: { lost: 1 },
    story (told) {
      told.login()
      told.refresh(0)
      told.wait(5000)
      told.refresh(0, { status: 401 })
    }
  },
  {
    says: 'a parent refused within the overlap though its successor was used',
    found: { lost: 1 },
    story (told) {
      told.login()
      told.refresh(0)
      told.me(1)
      told.refresh(0, { status: 401 })
    }
  },
  {
    says: 'a parent refused after a refresh that nobody answered',
    found: { lost: 1 },
    story (told) {
      told.login()
      told.refresh(0, { status: 503, retryAfter: '1' })
      told.wait(5000)
      told.refresh(0, { status: 401 })
    }
  },
  {
    says: 'an access token is in doubt after a refresh that nobody answered',
    story (told) {
      told.login()
      told.refresh(0, { status: 503, retryAfter: '1' })
      told.wait(5000)
      told.me(0, { status: 401 })
    }
  },
  {
    says: 'a session is in doubt after a logout that nobody answered',
    story (told) {
      told.login()
      told.logout({ status: 503, retryAfter: '1' })
      told.me(0)
      told.me(0, { status: 401 })
      told.refresh(0, { status: 401 })
    }
  },
  {
    says: 'a token shown again after its successor was used is reuse, and ends the session',
    found: { acceptedAfterEnded: 1 },
    story (told) {
      told.login()
      told.refresh(0)
      told.me(1)
      told.wait(2000)
      told.refresh(0, { status: 401 })
      told.me(1, { status: 401 })
      told.wait(60)
      told.me(1, { node: 'b' })
    }
  },
  {
    says: 'two successors of one refresh token',
    found: { forks: 1 },
    story (told) {
      told.login()
      told.refresh(0)
      told.refresh(0, { node: 'b', given: told.pair(7) })
    }
  },
  {
    says: 'the same successor in other bytes',
    found: { forks: 1 },
    story (told) {
      told.login()
      told.refresh(0)
      told.refresh(0, { node: 'b', given: { ...told.pair(1), bytes: 'others' } })
    }
  },
  {
    says: 'a token within its overlap is answered with the live tokens, which came out of its successor',
    story (told) {
      told.login()
      told.refresh(0)
      told.refresh(1)
      told.refresh(0, { given: told.pair(2) })
    }
  },
  {
    says: 'me answered with another user',
    found: { mixUps: 1 },
    story (told) {
      told.register()
      told.login()
      told.me(0, { who: 'bob-id', whose: 'bob' })
    }
  },
  {
    says: 'a refresh answered with the tokens of another session',
    found: { mixUps: 1 },
    story (told) {
      told.login()
      told.refresh(0, { given: told.pair(3, 'other') })
    }
  },
  {
    says: 'a login answered with the tokens of another user',
    found: { mixUps: 1 },
    story (told) {
      told.register()
      told.login({ given: { ...told.pair(0), sub: 'bob-id' } })
    }
  },
  {
    says: 'a registered user who cannot log in',
    found: { lostWrites: 1 },
    story (told) {
      told.register()
      told.login({ status: 401, given: undefined as never })
    }
  },
  {
    says: 'a user whose registration nobody answered may not be there',
    story (told) {
      told.register({ status: 503, retryAfter: '1' })
      told.login({ status: 401, given: undefined as never })
    }
  },
  {
    says: 'an answer 500, and a 503 without Retry-After',
    found: { answers500: 2 },
    story (told) {
      told.login({ status: 500, given: undefined as never })
      told.login({ status: 503, given: undefined as never })
      told.login({ status: 503, retryAfter: '1', given: undefined as never })
    }
  },
  {
    says: 'a call that nobody answers',
    found: { hangs: 2 },
    story (told) {
      told.login({ status: 0, failure: 'hang', given: undefined as never })
      told.login({ status: undefined, end: Infinity, given: undefined as never })
    }
  },
  {
    says: 'a broken connection',
    found: { unanswered: 2 },
    story (told) {
      told.login({ status: 0, failure: 'ECONNRESET', given: undefined as never })
      told.login({ status: 0, failure: 'ECONNREFUSED', given: undefined as never })
    }
  },
  {
    says: 'a broken connection where connections may only be refused',
    rules: { breaks: 'refusals' },
    found: { unanswered: 1 },
    story (told) {
      told.login({ status: 0, failure: 'ECONNRESET', given: undefined as never })
      told.login({ status: 0, failure: 'ECONNREFUSED', given: undefined as never })
    }
  }
]

t.test('the checker of histories', async (t) => {
  for (const { says, found = {}, rules, story } of cases) {
    t.test(says, async (t) => {
      const told = tell()
      story(told)
      t.match(check(told.history, rules).figures, { ...spotless, ...found, operations: told.history.length })
    })
  }

  t.test('a fault is over once twenty calls in a row succeed on every node', async (t) => {
    const told = tell()
    told.login()
    for (let number = 0; number < 10; number++) told.me(0)
    for (let number = 0; number < 3; number++) told.me(0, { node: 'b', status: 503, retryAfter: '1' })
    for (let number = 0; number < 30; number++) for (const node of ['a', 'b']) told.me(0, { node })
    t.equal(check(told.history, { liftedAt: 10 }).figures.backToNormal, 140)
    t.equal(check(told.history, { liftedAt: 150 }).figures.backToNormal, 0)
  })

  t.test('a fault that never ends is never over', async (t) => {
    const told = tell()
    told.login()
    for (let number = 0; number < 60; number++) told.me(0, number % 15 === 0 ? { status: 503, retryAfter: '1' } : {})
    t.equal(check(told.history, { liftedAt: 0 }).figures.backToNormal, Infinity)
  })
})
