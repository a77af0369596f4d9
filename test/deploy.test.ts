import t from 'tap'
import { parse, parseAllDocuments } from 'yaml'
import { readConfig, settingNames } from '../src/config.js'
import { startApp } from './helpers/app.js'
import { endpointsOf } from './helpers/endpoints.js'
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

interface Probe { httpGet: { path: string, port: string }, periodSeconds: number, timeoutSeconds?: number, failureThreshold: number }
interface Container {
  name: string
  args: string[]
  env: { name: string, valueFrom: { secretKeyRef: { name: string, key: string } } }[]
  ports: { name: string, containerPort: number }[]
  volumeMounts: { name: string, mountPath: string, readOnly?: boolean }[]
  securityContext: object
  resources: { requests: object, limits: object }
  startupProbe: Probe
  readinessProbe: Probe
  livenessProbe: Probe
  lifecycle: { preStop: { exec: { command: string[] } } }
}

t.test('deploy/kubernetes/gatehouse.yaml', async (t) => {
  // As kubectl reads it, where 0440 is octal.
  const documents = parseAllDocuments(await pageOf('deploy/kubernetes/gatehouse.yaml'), { version: '1.1' })
  const manifests = new Map(documents.map((document) => {
    const manifest = document.toJS()
    return [String(manifest.kind), manifest]
  }))
  const { spec } = manifests.get('Deployment')
  const pod = spec.template.spec
  const [server] = pod.containers as [Container]
  const [migrate] = pod.initContainers as [Container]
  const settings: Record<string, string> = manifests.get('ConfigMap').data

  t.test('is YAML of these kinds, for one and the same pods', async (t) => {
    for (const { errors } of documents) t.same(errors, [])
    t.same([...manifests.keys()], ['ConfigMap', 'Deployment', 'Service', 'PodDisruptionBudget', 'NetworkPolicy'])
    const labels = spec.template.metadata.labels
    t.same(spec.selector.matchLabels, labels)
    t.same(manifests.get('Service').spec.selector, labels)
    t.same(manifests.get('PodDisruptionBudget').spec.selector.matchLabels, labels)
    t.same(manifests.get('NetworkPolicy').spec.podSelector.matchLabels, labels)
  })

  t.test('gives the server settings and nothing else, which are good for production', async (t) => {
    const secrets = server.env.map(({ name }) => name)
    for (const name of [...Object.keys(settings), ...secrets]) t.ok(settingNames.includes(name), name)
    const config = readConfig({ NODE_ENV: 'production', DATABASE_URL: 'postgres://db/gatehouse', REDIS_URL: 'rediss://cache', SMTP_URL: 'smtps://mail', ...settings })
    t.match(config, { production: true, host: '0.0.0.0', cookieSecure: true })
    t.same(migrate.env, server.env)
  })

  t.test('takes what is secret from secrets alone', async (t) => {
    t.same(server.env.map(({ name }) => name), ['DATABASE_URL', 'REDIS_URL', 'SMTP_URL'])
    for (const { name, valueFrom } of server.env) t.same(valueFrom.secretKeyRef, { name: 'gatehouse', key: name })
    for (const purpose of ['access', 'refresh']) {
      t.match(server.volumeMounts.find(({ name }) => name === `${purpose}-keys`), { mountPath: `${settings.KEYS_DIR}/${purpose}`, readOnly: true })
      const volume = pod.volumes.find(({ name }: { name: string }) => name === `${purpose}-keys`)
      t.same(volume.secret, { secretName: `gatehouse-${purpose}-keys`, defaultMode: 0o440 })
    }
  })

  t.test('asks at ports and paths that are there', async (t) => {
    const probes = [server.startupProbe, server.readinessProbe, server.livenessProbe]
    t.same(server.ports, [{ name: 'http', containerPort: Number(settings.PORT) }, { name: 'metrics', containerPort: Number(settings.METRICS_PORT) }])
    for (const { httpGet } of probes) t.equal(httpGet.port, 'http')
    t.equal(spec.template.metadata.annotations['prometheus.io/port'], settings.METRICS_PORT)
    t.equal(manifests.get('Service').spec.ports[0].targetPort, 'http')
    await forEveryStore(t, async (t, stores) => {
      if (stores.name === 'embedded') return
      const endpoints = endpointsOf(await startApp(t, stores))
      for (const { httpGet } of probes) t.ok(endpoints.includes(`GET ${httpGet.path}`), httpGet.path)
    })
  })

  t.test('restarts only what does not answer, and sends requests to what is ready', async (t) => {
    t.equal(server.livenessProbe.httpGet.path, '/health/live')
    t.equal(server.readinessProbe.httpGet.path, '/health/ready')
    t.ok(server.startupProbe.failureThreshold * server.startupProbe.periodSeconds >= 60)
    t.ok(Number(server.readinessProbe.timeoutSeconds) > 2, 'a store that hangs is answered for within two seconds')
  })

  t.test('gives a node time to hear of its end and to take leave', async (t) => {
    const [, milliseconds] = /setTimeout\(\(\) => \{\}, (\d+)\)/.exec(server.lifecycle.preStop.exec.command.join(' ')) ?? []
    t.ok(pod.terminationGracePeriodSeconds >= Number(milliseconds) / 1000 + 15)
  })

  t.test('keeps two nodes on two machines, through drains and updates', async (t) => {
    t.equal(spec.replicas, 2)
    t.equal(manifests.get('PodDisruptionBudget').spec.maxUnavailable, 1)
    t.same(spec.strategy.rollingUpdate, { maxSurge: 1, maxUnavailable: 0 })
    t.match(pod.topologySpreadConstraints, [{ topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule' }, { topologyKey: 'topology.kubernetes.io/zone' }])
  })

  t.test('lets the process do nothing but its work', async (t) => {
    t.match(pod.securityContext, { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } })
    t.equal(pod.automountServiceAccountToken, false)
    for (const { securityContext, resources } of [server, migrate]) {
      t.same(securityContext, { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } })
      t.match(resources, { requests: { cpu: String, memory: String }, limits: { memory: String } })
    }
  })

  t.test('migrates first, with the command that does it', async (t) => {
    t.same([migrate.args, server.args], [['migrate'], ['serve']])
    t.match(await pageOf('src/cli/main.ts'), /^ {2}migrate: /m)
  })

  t.test('shows the figures to Prometheus alone', async (t) => {
    const { ingress, policyTypes } = manifests.get('NetworkPolicy').spec
    t.same(policyTypes, ['Ingress'])
    t.same(ingress.map(({ ports, from }: { ports: object[], from?: object[] }) => [ports, from === undefined ? 'anybody' : 'some']), [
      [[{ port: 'http' }], 'anybody'], [[{ port: 'metrics' }], 'some']
    ])
  })
})
