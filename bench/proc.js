import { readFileSync } from 'node:fs'

// USER_HZ is 100 on every Linux that Node runs on.
const microsecondsPerTick = 10_000

export function cpuMicroseconds (pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * microsecondsPerTick
}

export function residentBytes (pid) {
  const [, kilobytes] = readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmRSS:\s+(\d+) kB/m)
  return Number(kilobytes) * 1024
}
