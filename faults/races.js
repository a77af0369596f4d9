import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'

const from = { ip: '127.0.0.1', userAgent: 'a race' }
const mostMilliseconds = 1000
const atOnce = 4

/** Runs so many rounds of one race over two nodes in this process; gives what was wrong, in words, and how long the other node took to hear at most. */
export async function race (nodes, name, { rounds, random }) {
  const wrong = []
  const lags = []
  let next = 0
  await Promise.all(Array.from({ length: name === 'login ∥ endEveryone' ? 1 : atOnce }, async () => {
    while (next < rounds) {
      const round = next++
      const luck = random.fork(round)
      const told = createWitness(luck.chance(0.5) ? nodes : [...nodes].reverse(), luck)
      await races[name](told).catch((error) => told.wrong.push(error.stack))
      wrong.push(...told.wrong.map((words) => `round ${round}: ${words}`))
      lags.push(...told.lags)
    }
  }))
  return { wrong, slowest: Math.round(Math.max(0, ...lags)) }
}

const isRefused = async (node, access) => await node.sessions.identify(access).then(() => false, refusalOnly)

const refresh = async (node, { refreshToken }) =>
  await node.sessions.refresh([await node.tokens.verify('refresh', refreshToken)], from).catch(passRefusal)

/** What the story of one round is told with. `here` is the node that ends or changes something, `there` the other. */
function createWitness ([here, there], random) {
  const wrong = []
  const lags = []

  return {
    wrong,
    lags,
    here,
    there,
    random,
    anywhere: () => random.chance(0.5) ? here : there,

    async user () {
      const user = await here.users.register({ name: 'Ada', email: `${randomUUID()}@races.example`, passwordHash: 'no hash, nobody logs in with it' }, from)
      return { ...user, passwordVersion: 1 }
    },

    open: async (node, user) => await node.sessions.open(user, { transport: 'body', replaces: [], ...from }),

    refresh,

    /** Gives a user another password from one of his sessions; undefined when somebody else was first. */
    changePassword: async (node, { id, passwordVersion }, pair) =>
      await node.accounts.changePassword({ id, passwordVersion }, { passwordHash: 'no hash either, nobody logs in with it', sessionId: sidOf(pair) }, from)
        .then(({ issued }) => issued, (error) => {
          if (error.code !== 'wrong_password') refusalOnly(error)
        }),

    /** At a moment of its own within a few milliseconds. */
    async soon (act) {
      await pause(random.between(0, 4))
      return await act()
    },

    /** Both nodes hold it in memory, or one, or none. */
    async warm ({ accessToken }) {
      for (const node of [here, there]) if (random.chance(0.7)) await node.sessions.identify(accessToken)
    },

    /** Refused at once where it ended, and on the other node soon; from then on, everywhere. */
    async isOver (pair) {
      if (pair === undefined) return
      if (!await isRefused(here, pair.accessToken)) wrong.push('accepted on the node that ended it')
      const acknowledged = performance.now()
      while (!await isRefused(there, pair.accessToken)) {
        if (performance.now() - acknowledged > mostMilliseconds) return wrong.push(`accepted on the other node after ${mostMilliseconds} ms`)
        await pause(1)
      }
      lags.push(performance.now() - acknowledged)
      for (const node of [here, there, there, here]) {
        if (!await isRefused(node, pair.accessToken)) wrong.push('accepted again after it was refused')
        if (await refresh(node, pair) !== undefined) wrong.push('refreshed after its end')
      }
    },

    async isAlive (pair) {
      for (const node of [here, there]) if (await isRefused(node, pair.accessToken)) wrong.push('refused though nobody ended it')
    },

    /** Holds from some moment soon, and then for good. */
    async comesToStay (words, holds) {
      const begun = performance.now()
      while (!await holds()) {
        if (performance.now() - begun > mostMilliseconds) return wrong.push(`not after ${mostMilliseconds} ms: ${words}`)
        await pause(1)
      }
      lags.push(performance.now() - begun)
      for (let times = 0; times < 5; times++) if (!await holds()) wrong.push(`no more: ${words}`)
    }
  }
}

const sidOf = ({ accessToken }) => JSON.parse(Buffer.from(accessToken.split('.')[1], 'base64url').toString()).sid

function refusalOnly (error) {
  if (error.code !== 'token_invalid') throw error
  return true
}

function passRefusal (error) {
  refusalOnly(error)
  return undefined
}

export const races = {
  async 'refresh ∥ end' ({ here, anywhere, user, open, warm, soon, refresh, isOver }) {
    const pair = await open(anywhere(), await user())
    await warm(pair)
    const [next, again] = await Promise.all([
      soon(() => refresh(anywhere(), pair)),
      soon(() => refresh(anywhere(), pair)),
      soon(() => here.sessions.end(sidOf(pair), 'logout', from))
    ])
    for (const one of [pair, next, again]) await isOver(one)
  },

  async 'refresh ∥ endAllOf' ({ here, anywhere, user, open, warm, soon, refresh, isOver }) {
    const owner = await user()
    const pairs = [await open(anywhere(), owner), await open(anywhere(), owner)]
    for (const pair of pairs) await warm(pair)
    const results = await Promise.all([
      ...pairs.map((pair) => soon(() => refresh(anywhere(), pair))),
      soon(() => here.sessions.endAllOf(owner.id, 'revoked', from))
    ])
    for (const pair of [...pairs, ...results.slice(0, 2)]) await isOver(pair)
  },

  async 'refresh ∥ disable' ({ here, anywhere, user, open, warm, soon, refresh, isOver }) {
    const owner = await user()
    const pair = await open(anywhere(), owner)
    await warm(pair)
    const [next] = await Promise.all([
      soon(() => refresh(anywhere(), pair)),
      soon(async () => {
        await here.sql`update users set disabled_at = now(), version = version + 1, updated_at = now() where id = ${owner.id}`
        await here.copies.userChanged(await here.users.find(owner.id))
      })
    ])
    await isOver(pair)
    await isOver(next)
  },

  async 'login ∥ endAllOf' ({ here, anywhere, user, open, soon, isOver, isAlive }) {
    const owner = await user()
    const opened = await Promise.all([
      soon(() => open(anywhere(), owner)),
      soon(() => open(anywhere(), owner)),
      soon(async () => {
        await here.sql`update users set password_version = password_version + 1 where id = ${owner.id}`
        await here.sessions.endAllOf(owner.id, 'password_changed', from)
      })
    ])
    for (const pair of opened.slice(0, 2)) await isOver(pair)
    await isAlive(await open(anywhere(), { ...owner, passwordVersion: 2 }))
  },

  async 'refresh ∥ change of password' ({ here, anywhere, user, open, warm, soon, refresh, changePassword, isOver, isAlive }) {
    const owner = await user()
    const pairs = [await open(anywhere(), owner), await open(anywhere(), owner)]
    for (const pair of pairs) await warm(pair)
    const [next, again, other, renewed] = await Promise.all([
      soon(() => refresh(anywhere(), pairs[0])),
      soon(() => refresh(anywhere(), pairs[0])),
      soon(() => refresh(anywhere(), pairs[1])),
      soon(() => changePassword(here, owner, pairs[0]))
    ])
    for (const pair of [...pairs, next, again, other]) await isOver(pair)
    await isAlive(renewed)
  },

  async 'login ∥ change of password' ({ here, anywhere, user, open, soon, changePassword, isOver, isAlive }) {
    const owner = await user()
    const pair = await open(anywhere(), owner)
    const [one, two, renewed] = await Promise.all([
      soon(() => open(anywhere(), owner)),
      soon(() => open(anywhere(), owner)),
      soon(() => changePassword(here, owner, pair))
    ])
    for (const former of [pair, one, two]) await isOver(former)
    await isAlive(renewed)
    await isAlive(await open(anywhere(), { ...owner, passwordVersion: 2 }))
  },

  async 'change of password ∥ change of password' ({ here, there, wrong, user, open, warm, soon, changePassword, comesToStay, isAlive }) {
    const owner = await user()
    const pairs = [await open(here, owner), await open(there, owner)]
    for (const pair of pairs) await warm(pair)
    const renewed = await Promise.all([
      soon(() => changePassword(here, owner, pairs[0])),
      soon(() => changePassword(there, owner, pairs[1])),
      soon(() => changePassword(there, owner, pairs[0]))
    ])
    const winners = renewed.filter((pair) => pair !== undefined)
    if (winners.length !== 1) return wrong.push(`${winners.length} of three who changed one password at once did so`)
    for (const { accessToken } of pairs) {
      await comesToStay('what was there before is refused on both nodes', async () => (await Promise.all([here, there].map((node) => isRefused(node, accessToken)))).every(Boolean))
    }
    await isAlive(winners[0])
  },

  async 'login, refresh ∥ deletion' ({ here, there, anywhere, user, open, warm, soon, refresh, isOver, comesToStay }) {
    const owner = await user()
    const pair = await open(anywhere(), owner)
    await warm(pair)
    const [one, two, next] = await Promise.all([
      soon(() => open(anywhere(), owner)),
      soon(() => open(anywhere(), owner)),
      soon(() => refresh(anywhere(), pair)),
      soon(() => here.accounts.remove(owner.id, from))
    ])
    for (const former of [pair, one, two, next]) await isOver(former)
    await comesToStay('the other node holds nothing of the user', () => there.copies.users.peek(owner.id) === undefined)
  },

  async 'fill ∥ invalidate' ({ here, there, random, user, open, soon, refresh, comesToStay, isAlive }) {
    const owner = await user()
    const pair = await open(here, owner)
    const sid = sidOf(pair)
    const fill = () => soon(async () => {
      if (random.chance(0.5)) there.copies.sessions.clear()
      there.copies.users.drop(owner.id)
      await there.sessions.identify(pair.accessToken)
    })
    const [, , next] = await Promise.all([
      fill(),
      fill(),
      soon(() => refresh(here, pair)),
      soon(async () => {
        await here.sql`update users set role = 'admin', version = version + 1, updated_at = now() where id = ${owner.id}`
        await here.copies.userChanged(await here.users.find(owner.id))
      })
    ])
    // Its use is written down beside the request, and makes one version more.
    await comesToStay('the other node holds no older session', async () => {
      const { version } = await here.sessionsRecord.find(sid)
      return (there.copies.sessions.peek(sid)?.version ?? version) >= version
    })
    await comesToStay('the other node knows the new role', async () => (await there.sessions.identify(next.accessToken)).role === 'admin')
    await isAlive(next)
  },

  async 'refresh ∥ refresh' ({ here, there, wrong, user, open, warm, soon, refresh, isAlive }) {
    const pair = await open(here, await user())
    await warm(pair)
    const answers = await Promise.all([here, there, here, there].map((node) => soon(() => refresh(node, pair))))
    if (new Set(answers.map((answer) => `${answer?.accessToken} ${answer?.refreshToken}`)).size !== 1) wrong.push('two successors of one refresh token')
    if (answers[0] === undefined) return wrong.push('a refresh was refused')
    await isAlive(answers[0])
  },

  async 'login ∥ endEveryone' ({ here, anywhere, user, open, warm, soon, refresh, isOver, isAlive }) {
    const [owner, other] = [await user(), await user()]
    const before = await open(anywhere(), owner)
    await warm(before)
    const [next] = await Promise.all([
      soon(() => refresh(anywhere(), before)),
      soon(() => open(anywhere(), other)),
      soon(() => here.sessions.endEveryone(from))
    ])
    await isOver(before)
    await isOver(next)
    await isAlive(await open(anywhere(), owner))
  }
}
