import t from 'tap'

t.test('a tick is kept, and none that is of nobody', async (t) => {
  const module = await import('../../src/lib/kept-tick.js')
  await new Promise((resolve) => process.nextTick(resolve))
  t.type(module.keptTick?.constructor, Object)
  t.ok(Object.hasOwn(module.keptTick ?? {}, 'callback'), 'as Node makes them')
})
