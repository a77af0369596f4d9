import { count, decimal } from './table.js'

/** How Postgres finds one page of users: what it reads, how much of that, and how long it takes. */
export async function planOf (sql, query) {
  const { createUserSearch } = await import('../dist/store/users/search.js')
  let told
  const explaining = (strings, ...values) => {
    const asked = sql(strings, ...values)
    if (!/\bas at\b/.test(strings.join(''))) return asked
    return sql`explain (analyze, buffers, format json) ${asked}`.then(([row]) => {
      const [plan] = Object.values(row).flat()
      told = plan
      return []
    })
  }
  await createUserSearch(explaining).search({ q: undefined, role: undefined, after: undefined, limit: 21, ...query })

  const { Plan: plan, 'Execution Time': milliseconds } = told
  const scans = nodesOf(plan).filter((node) => node['Relation Name'] !== undefined)
  return [
    scans.map((node) => `${node['Node Type']} ${node['Index Name'] ?? node['Relation Name']}`).join(', '),
    count(sum(scans.map((node) => node['Actual Rows'] * node['Actual Loops']))),
    count(plan['Shared Hit Blocks'] + plan['Shared Read Blocks']),
    decimal(milliseconds)
  ]
}

const nodesOf = (node) => [node, ...(node.Plans ?? []).flatMap(nodesOf)]
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0)
