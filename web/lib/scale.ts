/** The least round number that holds a greatest value: 1, 2 or 5 times a power of ten, and at least 4. */
export function roundTop (greatest: number): number {
  if (greatest <= 4) return 4
  const power = 10 ** Math.floor(Math.log10(greatest))
  return [1, 2, 5, 10].map((times) => times * power).find((top) => top >= greatest) ?? greatest
}

/** Where each part of a pile begins and how high it is, of a hundred. */
export function pile (values: readonly number[], top: number): Array<{ y: number, height: number }> {
  let below = 0
  return values.map((value) => {
    below += value
    return { y: 100 - below / top * 100, height: value / top * 100 }
  })
}
