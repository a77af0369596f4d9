const lineFeed = 10

/** One line of a stream; `bytes` is undefined when it is longer than is allowed, and then it was never held. */
export interface Line { number: number, bytes: Buffer | undefined }

/** The lines of a stream of bytes, counted from 1. */
export async function * readLines (chunks: AsyncIterable<Buffer>, longest: number): AsyncGenerator<Line> {
  let parts: Buffer[] = []
  let length = 0
  let number = 0

  const hold = (part: Buffer) => {
    length += part.length
    if (length <= longest) parts.push(part)
    else parts = []
  }
  const take = (): Line => {
    const bytes = length > longest ? undefined : Buffer.concat(parts)
    parts = []
    length = 0
    return { number: ++number, bytes }
  }

  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, from)) {
      hold(chunk.subarray(from, end))
      yield take()
      from = end + 1
    }
    hold(chunk.subarray(from))
  }
  if (length > 0) yield take()
}
