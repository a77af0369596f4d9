import { parseArgs } from 'node:util'
import { ConfigError, configOfProcess } from '../config.js'
import { examine } from './doctor/examine.js'
import { about, type Finding, type State } from './doctor/finding.js'
import { UsageError } from './usage.js'

const usage = 'usage: gatehouse doctor [--origin https://app.example.com] [--json]'

/** Says of settings, stores, keys, cookies and mail what is wrong and what to do: a line a check. The exit code is 1 when something is wrong. */
export default async function doctorCommand (words: string[]) {
  const { values: { origin, json } } = parseArgs({ args: words, options: { origin: { type: 'string' }, json: { type: 'boolean', default: false } } })
  if (origin !== undefined && !/^https?:\/\/[^/?#@\s]+\/?$/.test(origin)) throw new UsageError(usage)

  const findings = await findAll(origin === undefined ? undefined : new URL(origin).origin)
  const state = worst(findings)
  process.stdout.write(json ? `${JSON.stringify({ state, checks: findings }, null, 2)}\n` : `${findings.map(lineOf).join('')}${summaryOf(findings)}\n`)
  process.exitCode = state === 'wrong' ? 1 : 0
}

async function findAll (origin: string | undefined): Promise<Finding[]> {
  const { ok, wrong } = about('settings')
  try {
    return [ok('can be read'), ...await examine(configOfProcess(), { origin })]
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    // Nothing else can be looked at with settings that say nothing.
    return error.faults.map((fault) => wrong(fault, 'mend the setting, and ask again for the rest'))
  }
}

const worst = (findings: Finding[]): State =>
  (['wrong', 'warning'] as const).find((state) => findings.some((finding) => finding.state === state)) ?? 'ok'

const lineOf = ({ check, state, says, remedy }: Finding) =>
  `${state.padEnd(7)} ${check}: ${says}${remedy === undefined ? '' : ` → ${remedy}`}\n`

function summaryOf (findings: Finding[]): string {
  const count = (state: State) => findings.filter((finding) => finding.state === state).length
  return `${count('wrong')} wrong, ${count('warning')} to look at, ${count('ok')} ok`
}
