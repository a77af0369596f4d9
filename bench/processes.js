import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { findProgram } from './programs.js'

export const serverCore = 0
export const loadCore = 1

const taskset = findProgram('taskset')
const running = new Set()

export const canPin = taskset !== undefined && availableParallelism() > 1

export function start (command, args, { core, ...options } = {}) {
  const [file, rest] = core === undefined || !canPin
    ? [command, args]
    : [taskset, ['-c', String(core), command, ...args]]
  const child = spawn(file, rest, { stdio: ['ignore', 'pipe', 'pipe'], ...options })
  child.errors = ''
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    child.errors = (child.errors + text).slice(-4000)
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

export async function run (command, args, options) {
  const child = start(command, args, options)
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text) => { output += text })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${child.errors}`)
  return output
}

export async function stop (child, signal = 'SIGTERM') {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill(signal)
  const impatient = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await gone
  clearTimeout(impatient)
}

// Postgres leaves shared memory behind on SIGKILL, and cleans up after SIGQUIT.
process.on('exit', () => {
  for (const child of running) child.kill('SIGQUIT')
})

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))
