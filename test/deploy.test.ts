import t from 'tap'
import { parse } from 'yaml'
import { startApp } from './helpers/app.js'
import { scrape } from './helpers/metrics.js'
import { pageOf } from './helpers/snippets.js'
import { forEveryStore } from './helpers/stores.js'

/** The names in an expression that could be metrics. */
const namesIn = (expression: string) => [...expression.matchAll(/\b(?:gatehouse|process|nodejs)_\w+/g)].map(([name]) => name)
const family = (name: string) => name.replace(/_(?:bucket|sum|count)$/, '')

const page = await pageOf('docs/metrics.md')
const listed = new Map([...page.matchAll(/^\| `(\w+)` \| (counter|gauge|histogram) \| ([^|]*)\|/gm)].map(([, name = '', type = '', labels = '']) =>
  [name, { type, labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label) }]))

t.test('what is told to Prometheus', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    if (stores.name === 'embedded') return
    const app = await startApp(t, stores, { METRICS_PORT: '0' })
    await app.inject({ url: '/api/users/me' })
    const { types, text } = await scrape(app)
    const ours = [...types.keys()].filter((name) => name.startsWith('gatehouse_'))

    t.test('is all on the page, and the page lists nothing else', async (t) => {
      t.same([...listed.keys()].sort(), ours.sort())
      for (const [name, { type }] of listed) t.equal(types.get(name), type, name)
    })

    t.test('has the labels that the page says', async (t) => {
      const told = new Map<string, Set<string>>()
      for (const [, name = '', labels = ''] of text.matchAll(/^(gatehouse_\w+)\{(.*)\} /gm)) {
        for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) if (label !== 'le') told.set(family(name), (told.get(family(name)) ?? new Set()).add(label))
      }
      for (const [name, { labels }] of listed) t.same([...told.get(name) ?? []].sort(), [...labels].sort(), name)
    })

    t.test('is named as Prometheus would have it', async (t) => {
      for (const name of ours) {
        t.match(name, /^[a-z][a-z0-9_]*$/)
        t.equal(name.endsWith('_total'), types.get(name) === 'counter', name)
        if (types.get(name) === 'histogram') t.match(name, /_seconds$/)
      }
    })

    t.test('is what the dashboard asks for', async (t) => {
      const { panels } = JSON.parse(await pageOf('deploy/grafana/gatehouse.json'))
      const expressions = panels.flatMap(({ targets = [] }: { targets?: { expr: string }[] }) => targets.map(({ expr }) => expr))
      t.ok(expressions.length > 40)
      const asked = new Set<string>(expressions.flatMap(namesIn))
      for (const name of asked) t.ok(types.has(name) || types.get(family(name)) === 'histogram' || types.get(family(name)) === 'summary', name)
      const shown = new Set([...asked].flatMap((name) => [name, family(name)]))
      t.same(ours.filter((name) => !shown.has(name)).sort(), [
        'gatehouse_copies_unwritten', 'gatehouse_events_lost_total', 'gatehouse_events_waiting', 'gatehouse_signing_keys', 'gatehouse_token_checks_total'
      ], 'save these, all is shown')
    })

    t.test('is what the alerts ask for, each of which says what to do', async (t) => {
      const { groups } = parse(await pageOf('deploy/prometheus/alerts.yml')) as { groups: { rules: { alert: string, expr: string, for?: string, labels: { severity: string }, annotations: { summary: string, description: string } }[] }[] }
      const rules = groups.flatMap(({ rules }) => rules)
      t.ok(rules.length >= 15)
      t.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length)
      for (const { alert, expr, labels, annotations, ...rule } of rules) {
        for (const name of namesIn(expr)) t.ok(types.has(name) || types.has(family(name)), `${alert}: ${name}`)
        t.ok(namesIn(expr).length > 0 || /\bup\{/.test(expr), alert)
        t.match(labels.severity, /^(?:page|ticket)$/)
        t.ok(rule.for !== undefined || /increase\(|_age_seconds/.test(expr), `${alert} waits before it calls, or looks back`)
        t.ok(annotations.summary.length > 20 && annotations.description.length > 40, alert)
      }
    })
  })
})
