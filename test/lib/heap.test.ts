import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'
import { programPath } from '../helpers/programs.js'

const run = promisify(execFile)

// Makes much that stays, and tells how many bytes of room for young objects there are: before the start is over, and after it.
const story = async () => `
  import { getHeapSpaceStatistics } from 'node:v8'
  import { letHeapGrow } from '${await programPath('lib/heap.js')}'
  const kept = []
  const make = () => { for (let number = 0; number < 400_000; number++) kept.push({ number }) }
  const room = () => getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size
  make()
  const before = room()
  letHeapGrow()
  make()
  console.log(JSON.stringify({ before, after: room() }))
`

t.test('room for young objects is not taken while a process starts, but by what comes after', async (t) => {
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', await story()])
  const { before, after } = JSON.parse(stdout)
  t.ok(before < after / 3, stdout)
})
