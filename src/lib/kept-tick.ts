import { executionAsyncResource } from 'node:async_hooks'

/**
 * One of the objects by which Node 20 remembers what to run next, kept for as long as the process lives. When the engine collects
 * garbage while none of them is alive it forgets their shape, and each one after that costs five times as much to make: about a
 * microsecond a request in all. To be imported before anything else, by whatever runs requests.
 */
export let keptTick: object | undefined

process.nextTick(() => { keptTick = executionAsyncResource() })
