// Loaded into a server before its own code: tells its memory, garbage collected, to the bench that started it.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc')

process.on('message', (message) => {
  if (message !== 'report memory') return
  collectGarbage()
  collectGarbage()
  process.send(process.memoryUsage())
})
process.channel?.unref()
