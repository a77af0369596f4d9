import { generatorName } from './load.js'
import { makeKeys } from './keys.js'
import { machine } from './machine.js'
import { readOptions } from './options.js'
import { writePart } from './page.js'
import { progress } from './progress.js'
import { openStores } from './stores.js'
import * as endings from './benches/endings.js'
import * as flood from './benches/flood.js'
import * as guard from './benches/guard.js'
import * as lag from './benches/lag.js'
import * as login from './benches/login.js'
import * as me from './benches/me.js'
import * as memory from './benches/memory.js'
import * as refresh from './benches/refresh.js'
import * as start from './benches/start.js'
import * as timing from './benches/timing.js'
import * as users from './benches/users.js'

const benches = { start, me, guard, refresh, login, lag, endings, flood, memory, users, timing }

const options = readOptions(process.argv.slice(2))
const unknown = options.names.filter((name) => !Object.hasOwn(benches, name))
if (unknown.length > 0) {
  console.error(`No bench is called ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}`)
  process.exit(1)
}

const stores = await openStores()
try {
  const keys = makeKeys(stores.folder, options.keyBits)
  for (const name of options.names.length > 0 ? options.names : Object.keys(benches)) {
    progress(`${name} …`)
    await runOne(name, keys).catch((error) => {
      process.exitCode = 1
      console.error(error)
    })
  }
} finally {
  await stores.close()
}

async function runOne (name, keys) {
  const { default: bench, packages } = benches[name]
  const tables = await bench({ options, stores, keys })
  const text = `${machine([generatorName(options.generator), ...packages])}\n\n${tables}`
  const part = name === 'me' && options.sessions !== 1000 ? `me, ${options.sessions} sessions` : name
  console.log(`\n## ${part}\n\n${text}\n`)
  if (options.writesPage) writePart(part, text)
}
