import t from 'tap'
import { monotonic } from '../../src/lib/monotonic.js'
import { createDatabaseClock } from '../../src/store/database-clock.js'

const time = (clock: ReturnType<typeof createDatabaseClock>) => (clock.now() ?? NaN) - monotonic()

t.test('the clock of Postgres', async (t) => {
  t.test('is not known before Postgres has said anything', async (t) => {
    t.equal(createDatabaseClock().now(), undefined)
  })

  t.test('was read half way between the question and the answer', async (t) => {
    const clock = createDatabaseClock()
    clock.told(new Date(1_000_000), 100, 140)
    t.ok(Math.abs(time(clock) - (1_000_000 - 120)) < 1)
  })

  t.test('is known by the quickest answer, until that is so old that the clocks may have drifted apart', async (t) => {
    const clock = createDatabaseClock()
    clock.told(new Date(1_000_000), 0, 2)
    clock.told(new Date(2_000_000), 1000, 1050)
    t.ok(Math.abs(time(clock) - (1_000_000 - 1)) < 1)
    clock.told(new Date(3_000_000), 300_000, 300_050)
    t.ok(Math.abs(time(clock) - (3_000_000 - 300_025)) < 1)
  })
})
