import { progress } from '../bench/progress.js'
import { faults } from './list/index.js'
import { readOptions } from './options.js'
import { createRandom } from './random.js'
import { evidenceOf, heading, lineOf } from './report.js'
import { runFault } from './run.js'
import { openStage } from './stage.js'

const { only, seconds, seed, server } = readOptions(process.argv.slice(2))
const names = faults.map(({ name }) => name)
const unknown = (only ?? []).filter((name) => !names.includes(name))
if (unknown.length > 0) {
  console.error(`No fault is called ${unknown.join(', ')}. There are: ${names.join(', ')}`)
  process.exit(1)
}

console.log(`seed ${seed}: the same again with --seed ${seed}\n\n${heading()}`)
let stage
try {
  for (const [number, fault] of faults.entries()) {
    if (only === undefined || only.includes(fault.name)) await play(fault, createRandom(seed).fork(number))
  }
} finally {
  await stage?.close()
}
// What a fault left half-way holds nothing up.
process.exit()

async function play (fault, random) {
  progress(`${fault.name} …`)
  try {
    const missing = await fault.missing?.()
    if (missing !== undefined) return console.log(`${fault.name}: left out, ${missing}`)
    stage ??= await openStage({ server, random })
    const outcome = await runFault(fault, stage, { seconds, random })
    console.log(lineOf(outcome))
    if (outcome.off.length === 0) return
    for (const line of evidenceOf(outcome)) console.error(line)
    for (const node of stage.nodes) console.error(`  the log of ${node.name} ends:\n${node.log.slice(-6000)}`)
  } catch (error) {
    console.log(`${fault.name}: failed`)
    console.error(error)
  }
  // Whatever it left behind is no matter of the next one's.
  process.exitCode = 1
  await stage?.close().catch((error) => console.error(error))
  stage = undefined
}
