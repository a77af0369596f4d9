import { accessSync, constants, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const debianPostgres = '/usr/lib/postgresql'

export function findProgram (name) {
  return folders().map((folder) => join(folder, name)).find(isExecutable)
}

export function needProgram (name, remedy) {
  const path = findProgram(name)
  if (path === undefined) throw new Error(`${name} was not found: ${remedy}`)
  return path
}

function folders () {
  const onPath = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  return [...onPath, ...versions().map((version) => join(debianPostgres, version, 'bin'))]
}

function versions () {
  try {
    return readdirSync(debianPostgres).sort((a, b) => Number(b) - Number(a))
  } catch {
    return []
  }
}

function isExecutable (path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
