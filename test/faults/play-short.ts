import { execFile } from 'node:child_process'
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Test } from 'tap'
import { createRandom } from '../../faults/random.js'
import { evidenceOf, lineOf } from '../../faults/report.js'
import { runFault, type Fault } from '../../faults/run.js'
import { openStage } from '../../faults/stage.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const seed = Number(process.env.GATEHOUSE_SEED ?? Math.floor(Math.random() * 1e9))
// A machine that runs other tests beside this one may hold a process up for a while: the 50 ms are held by `npm run faults`.
const healthyMilliseconds = 500
const shape = { seconds: 1, people: 8, perSecond: 70, healthyMilliseconds }

/** The server as `npm run build` makes it, in a folder of this run's own from which its packages are found. */
async function build (t: Test): Promise<string> {
  const folder = join(root, 'node_modules', '.cache', `gatehouse-test-${process.pid}`)
  t.teardown(async () => await rm(folder, { recursive: true, force: true }))
  await mkdir(folder, { recursive: true })
  await cp(join(root, 'sql'), join(folder, 'sql'), { recursive: true })
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  await promisify(execFile)(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', join(folder, 'dist'), '--noCheck'])
  return join(folder, 'dist', 'server.js')
}

/** Plays the short form of each of these faults, one after the other on the same two nodes. */
export async function playShort (t: Test, faults: Fault[]) {
  t.comment(`the same again with GATEHOUSE_SEED=${seed}`)
  const stage = await openStage({ server: await build(t), random: createRandom(seed) })
  t.teardown(stage.close)

  for (const [number, fault] of faults.entries()) {
    if (fault.short === false) continue
    const missing = await fault.missing?.()
    if (missing?.includes('apt-get install') === true && process.env.CI === 'true') throw new Error(missing)
    t.test(`${fault.name}: nothing is lost, forked or mixed up, nothing that ended is accepted, and all is well again`, { skip: missing ?? false }, async (t) => {
      const outcome = await runFault(fault, stage, { ...shape, random: createRandom(seed).fork(number) })
      t.comment(lineOf(outcome))
      t.same(outcome.off, [])
      if (outcome.off.length > 0) for (const line of evidenceOf(outcome)) t.comment(line)
    })
  }
}
