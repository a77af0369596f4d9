const batch = 1000

/** Removes up to a batch of rows at a time until there are no more, so that nothing waits for it. Gives how many were removed. */
export async function inBatches (remove: (most: number) => Promise<{ count: number }>): Promise<number> {
  let removed = 0
  for (let last = batch; last === batch;) {
    const { count } = await remove(batch)
    last = count
    removed += count
  }
  return removed
}
