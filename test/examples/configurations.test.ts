import t from 'tap'
import { parse } from 'yaml'
import { startApp } from '../helpers/app.js'
import { excerptsOf, pageOf } from '../helpers/snippets.js'
import { forEveryStore } from '../helpers/stores.js'
import { bearer, createUser, signIn } from '../helpers/users.js'

const configurations = ['examples/nginx/gatehouse.conf', 'examples/caddy/Caddyfile', 'examples/traefik/dynamic.yml']

interface Router { rule: string, priority: number, middlewares?: string[], service: string, tls: object }
interface ForwardAuth { address: string, authRequestHeaders: string[], authResponseHeadersRegex: string }
interface Traefik {
  http: {
    routers: Record<string, Router>
    middlewares: Record<string, { forwardAuth?: ForwardAuth, headers?: { customRequestHeaders: Record<string, string> } }>
    services: Record<string, object>
  }
}

t.test('the configurations in examples', async (t) => {
  let headers: string[] = []
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const { accessToken } = await signIn(app, await createUser(app))
    const response = await app.inject({ url: '/api/auth/check', headers: bearer(accessToken) })
    headers = Object.keys(response.headers).filter((name) => name.startsWith('x-auth-'))
    t.equal(headers.length, 4)
  })

  t.test('nginx and Caddy replace or remove each header that the check answers with, and set it', async (t) => {
    const [nginx, caddy] = [await pageOf('examples/nginx/gatehouse.conf'), await pageOf('examples/caddy/Caddyfile')]
    for (const spelling of ['X-Auth', 'X_Auth']) {
      for (const directive of ['request_header', 'header_up']) t.match(caddy, `${directive} -${spelling}*`)
    }
    const [, copied = ''] = /copy_headers (.+)/.exec(caddy) ?? []
    for (const name of headers) {
      const variable = name.replaceAll('-', '_').replace('x_', '')
      t.match(nginx, new RegExp(`auth_request_set \\$${variable} \\$upstream_http_x_${variable};`), name)
      t.match(nginx, new RegExp(`proxy_set_header ${name} \\$${variable};`, 'i'), name)
      t.ok(copied.toLowerCase().split(' ').includes(name), name)
    }
  })

  t.test('Traefik strips and sets them in any spelling', async (t) => {
    const { http: { middlewares } } = parse(await pageOf('examples/traefik/dynamic.yml')) as Traefik
    const checks = Object.values(middlewares).flatMap(({ forwardAuth }) => forwardAuth ?? [])

    t.same(checks.map(({ address }) => address.replace(/^.*\/api/, '/api')), ['/api/auth/check', '/api/auth/check?role=admin'])
    for (const { authRequestHeaders, authResponseHeadersRegex } of checks) {
      const matches = new RegExp(authResponseHeadersRegex.replace('(?i)', ''), 'i')
      for (const name of headers) t.ok(matches.test(name) && matches.test(name.replaceAll('-', '_')), name)
      t.same(authRequestHeaders, ['Authorization', 'Cookie'])
    }
  })

  t.test('examples/traefik/dynamic.yml names routers, middlewares and services that are there', async (t) => {
    const { http: { routers, middlewares, services } } = parse(await pageOf('examples/traefik/dynamic.yml')) as Traefik
    for (const [name, router] of Object.entries(routers)) {
      t.ok(router.service in services, `${name}: ${router.service}`)
      for (const middleware of router.middlewares ?? []) t.ok(middleware in middlewares, `${name}: ${middleware}`)
    }
  })

  t.test('examples/traefik/dynamic.yml lets nothing through to the application but by the check or without an identity', async (t) => {
    const { http: { routers, middlewares } } = parse(await pageOf('examples/traefik/dynamic.yml')) as Traefik
    for (const [name, { service, middlewares: names = [] }] of Object.entries(routers)) {
      if (service === 'gatehouse') continue
      const guards = names.map((middleware) => middlewares[middleware])
      const checks = guards.some((guard) => guard?.forwardAuth?.address.startsWith('http://127.0.0.1:8000/api/auth/check'))
      const strips = guards.some((guard) => headers.every((header) => Object.keys(guard?.headers?.customRequestHeaders ?? {}).some((name) => name.toLowerCase() === header)))
      t.ok(checks || strips, name)
    }
  })
})

t.test('docs/behind-a-proxy.md quotes the configurations as they are', async (t) => {
  const excerpts = excerptsOf(await pageOf('docs/behind-a-proxy.md'))
  const unindented = (text: string) => text.split('\n').map((line) => line.trim()).filter((line) => line !== '').join('\n')

  t.same(excerpts.map(({ path }) => path), configurations)
  for (const { path, text } of excerpts) t.ok(unindented(await pageOf(path)).includes(unindented(text)), path)
})
