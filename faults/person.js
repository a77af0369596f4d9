import { overlapMilliseconds } from './nodes.js'

const mix = { me: 40, meBoth: 12, meReplaced: 6, meEnded: 20, refresh: 12, refreshBoth: 6, replay: 3, reuse: 2, login: 7, logout: 6, everywhere: 2, register: 3 }
const mostDevices = 6
const mostRemembered = 30
const mostGlances = 20

/**
 * One person with some devices. What changes something goes to the nodes of their `home`, one thing after the other; beside it they glance at any
 * node with a token, live or ended, and wait for no answer, so that a node that stands still hears of it all at once later. Where an answer did not
 * come, they do what a client would: show the same refresh token again, log out again, open another account.
 */
export function createPerson ({ name, nodes, home, operations, random, weights = mix }) {
  const other = (node) => nodes.find((one) => one !== node) ?? node
  const anyNode = () => random.pick(home)
  const glances = new Set()
  let accounts = 0
  let email
  let devices = []
  const unsure = []
  const ended = []

  const remember = (list, ...items) => {
    list.push(...items)
    list.splice(0, list.length - mostRemembered)
  }
  const forget = (device) => { devices = devices.filter((one) => one !== device) }

  function adopt (device, next) {
    if (next === undefined || next.refresh === device.refresh) return
    device.replaced.push(device.access)
    device.parents.push({ token: device.refresh, at: performance.now() })
    Object.assign(device, { access: next.access, refresh: next.refresh })
  }

  async function register () {
    const address = `${name}-${++accounts}@faults.example`
    const { status } = await operations.register(anyNode(), address)
    // One that was not acknowledged may still be there: 409 is as good.
    if (status === 200 || status === 409) email = address
  }

  async function login (node = anyNode()) {
    if (email === undefined) return await register()
    const { device } = await operations.login(node, email)
    if (device !== undefined) devices.push(device)
  }

  // A lost answer is asked for again before anything else: until then nobody knows which tokens are good.
  async function refresh (device, ...on) {
    const answers = await Promise.all(on.map((node) => operations.refresh(node, device)))
    for (const { entry, device: next } of answers) {
      if (entry.status === 200) adopt(device, next)
      if (entry.status === 401) forget(device)
    }
    device.doubtful = answers.every(({ entry }) => entry.status !== 200)
  }

  async function logout (device, node = anyNode()) {
    forget(device)
    const { status } = await operations.logout(node, device)
    if (status !== 200) return remember(unsure, device)
    remember(ended, device)
    await operations.me(node, device)
  }

  async function everywhere (device, node = anyNode()) {
    const { status } = await operations.everywhere(node, device)
    if (status === 401) return forget(device)
    if (status === 200) {
      remember(ended, ...devices)
      await operations.me(node, random.pick(devices))
    } else {
      // Whether it happened, and when, is not known of any session of this account.
      email = undefined
    }
    devices = []
  }

  async function reuse (device) {
    const parent = device.parents.findLast(({ at }) => performance.now() - at > overlapMilliseconds + 500)
    if (parent === undefined) return await me(device)
    const node = anyNode()
    const { entry, device: next } = await operations.refresh(node, device, parent.token)
    if (next !== undefined) return adopt(device, next)
    forget(device)
    if (entry.status === 401) remember(ended, device)
    else remember(unsure, device)
  }

  function glance (device, node = random.pick(nodes)) {
    if (glances.size >= mostGlances) return
    const glancing = operations.me(node, device).then(() => glances.delete(glancing))
    glances.add(glancing)
  }

  async function me (device, node = anyNode()) {
    const { status } = await operations.me(node, device)
    if (status === 401) forget(device)
  }

  const acts = {
    me,
    meBoth: async (device) => { for (const node of nodes) glance(device, node) },
    meReplaced: async (device) => { await operations.me(anyNode(), device, device.replaced.at(-1) ?? device.access) },
    refresh: async (device) => await refresh(device, anyNode()),
    refreshBoth: async (device) => await refresh(device, ...(home.length > 1 ? home : [home[0], home[0]])),
    replay: async (device) => {
      const node = anyNode()
      const before = { ...device }
      await refresh(device, node)
      // As if the answer had been lost: the successor is unused, so its parent gives it once more, on the other node.
      if (before.refresh !== device.refresh) await operations.refresh(home.length > 1 ? other(node) : node, before)
    },
    reuse,
    logout,
    everywhere
  }

  async function act () {
    if (unsure.length > 0 && random.chance(0.3)) return await logout(unsure.shift())
    const kind = random.weighted(weights)
    if (kind === 'register') return await register().then(() => login())
    if (kind === 'meEnded') return ended.length === 0 ? undefined : glance(random.pick(ended))
    if (kind === 'login' ? devices.length < mostDevices : devices.length === 0) return await login()

    const device = random.pick(devices)
    if (device.doubtful) return await refresh(device, anyNode())
    await (kind === 'login' ? logout(device) : acts[kind](device))
  }

  return {
    act,

    async begin () {
      await register()
      await login()
      await login()
    },

    /** Goes through what was acknowledged: it is all there, and what has ended is nowhere. */
    async audit () {
      await Promise.all(glances)
      for (const device of ended) for (const node of nodes) await operations.me(node, device)
      for (const device of ended.slice(-5)) await operations.refresh(anyNode(), device)
      for (const device of devices) {
        if (device.doubtful) await refresh(device, anyNode())
        else for (const node of nodes) await operations.me(node, device)
      }
      for (const device of [...devices]) await refresh(device, anyNode())
      for (const device of [...devices]) await operations.me(anyNode(), device)
      for (let number = 1; number <= accounts; number++) await operations.login(anyNode(), `${name}-${number}@faults.example`)
    }
  }
}
