import { setTimeout as wait } from 'node:timers/promises'

interface Bounds { within?: number, every?: number }

/** Asks until the answer is one that was wished for, and gives it; throws when none came in time. Milliseconds. */
export async function eventually<Answer> (
  ask: () => Promise<Answer> | Answer,
  wished: (answer: Answer) => boolean = Boolean,
  { within = 10_000, every = 5 }: Bounds = {}
): Promise<Answer> {
  for (const deadline = performance.now() + within; ; await wait(every)) {
    const answer = await ask()
    if (wished(answer)) return answer
    if (performance.now() > deadline) throw new Error(`not within ${within} ms: it is still ${JSON.stringify(answer)}`)
  }
}
