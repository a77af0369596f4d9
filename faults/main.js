import { progress } from '../bench/progress.js'
import { runInterleavings } from './interleavings.js'
import { faults } from './list/index.js'
import { readOptions } from './options.js'
import { createRandom } from './random.js'
import { evidenceOf, heading, lineOf } from './report.js'
import { runFault } from './run.js'
import { openStage } from './stage.js'

const { only, seconds, seed, rounds, server } = readOptions(process.argv.slice(2))
const names = [...faults.map(({ name }) => name), 'interleavings']
const unknown = (only ?? []).filter((name) => !names.includes(name))
if (unknown.length > 0) {
  console.error(`No fault is called ${unknown.join(', ')}. There are: ${names.join(', ')}`)
  process.exit(1)
}
const wanted = (name) => only === undefined || only.includes(name)

console.log(`seed ${seed}: the same again with --seed ${seed}\n\n${heading()}`)
let stage
for (const [number, fault] of faults.entries()) {
  if (wanted(fault.name)) await guarded(fault.name, () => play(fault, createRandom(seed).fork(number)))
}
if (wanted('interleavings')) await guarded('interleavings', interleave)
await stage?.close()
// What a fault left half-way holds nothing up.
process.exit()

// Whatever one that went wrong left behind is no matter of the next one's.
async function guarded (name, act) {
  progress(`${name} …`)
  const good = await act().catch((error) => {
    console.log(`${name}: failed`)
    console.error(error)
    return false
  })
  if (good) return
  process.exitCode = 1
  await stage?.close().catch((error) => console.error(error))
  stage = undefined
}

async function play (fault, random) {
  const missing = await fault.missing?.()
  if (missing !== undefined) {
    console.log(`${fault.name}: left out, ${missing}`)
    return true
  }
  stage ??= await openStage({ server, random })
  const outcome = await runFault(fault, stage, { seconds, random })
  console.log(lineOf(outcome))
  if (outcome.off.length === 0) return true
  for (const line of evidenceOf(outcome)) console.error(line)
  for (const { name, log } of stage.nodes) console.error(`  the log of node ${name} ends:\n${log.slice(-3000)}`)
  return false
}

async function interleave () {
  const random = createRandom(seed)
  stage ??= await openStage({ server, random })
  await stage.settle()
  const outcomes = await runInterleavings(stage, { server, rounds, random })
  for (const { name, slowest, wrong } of outcomes) console.log(`${name.padEnd(26)}  ${rounds} rounds, wrong ${wrong.length}, heard on the other node within ${slowest} ms`)
  for (const { name, wrong } of outcomes) for (const words of wrong.slice(0, 5)) console.error(`  ${name}, ${words}`)
  return outcomes.every(({ wrong }) => wrong.length === 0)
}
