interface Options<Item> {
  /** Gives how many of them were refused for good; throws when all are to be tried again. */
  write: (items: Item[]) => Promise<number>
  /** As many in one write, and as many waiting at most. */
  size: number
  most: number
  everyMilliseconds: number
  /** How long the last writes may take. */
  closingMilliseconds: number
  tell: { late: (error: Error) => void, lost: (count: number) => void }
}

export type Batches<Item> = ReturnType<typeof createBatches<Item>>

/** Collects items and writes them many at a time, in their order; whoever adds one never waits and never hears of a failure. */
export function createBatches<Item> ({ write, size, most, everyMilliseconds, closingMilliseconds, tell }: Options<Item>) {
  const waiting: Item[] = []
  let lost = 0
  let failing = false
  let writing: Promise<void> | undefined

  function add (item: Item) {
    if (waiting.length >= most) {
      lost++
      return
    }
    waiting.push(item)
    if (waiting.length >= size && !failing) void flush()
  }

  const flush = async () => await (writing ??= writeAll().finally(() => { writing = undefined }))

  // What is being written waits still: a failure keeps it in its place.
  async function writeAll () {
    try {
      while (waiting.length > 0) {
        const batch = waiting.slice(0, size)
        lost += await write(batch)
        waiting.splice(0, batch.length)
      }
      failing = false
    } catch (error) {
      if (!failing) tell.late(error as Error)
      failing = true
    }
  }

  function tellLost () {
    if (lost > 0) tell.lost(lost)
    lost = 0
  }

  const ticking = setInterval(() => {
    tellLost()
    void flush()
  }, everyMilliseconds).unref()

  /** Writes what waits, as far as that can be done in time. */
  async function close () {
    clearInterval(ticking)
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => { timer = setTimeout(resolve, closingMilliseconds) })
    // A write that is under way may have begun before the last were added, or be about to fail.
    await Promise.race([late, Promise.resolve(writing).then(flush)])
    clearTimeout(timer)
    lost += waiting.length
    tellLost()
  }

  return { add, flush, close, get waiting () { return waiting.length } }
}
