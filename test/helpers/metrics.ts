import type { FastifyInstance } from 'fastify'

export interface Scraped {
  text: string
  /** The name of each metric and its type. */
  types: Map<string, string>
  /** The sum of the figures of this name whose labels hold all of these; undefined when there is none. */
  value: (name: string, labels?: Record<string, string>) => number | undefined
}

/** What a node tells Prometheus. */
export async function scrape (app: FastifyInstance): Promise<Scraped> {
  return read(await (await fetch(`http://127.0.0.1:${app.metricsPort()}/metrics`)).text())
}

function read (text: string): Scraped {
  const lines = [...text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)].map(([, name = '', words = '', value]) => {
    const labels = Object.fromEntries([...words.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', of = '']) => [label, of]))
    return { name, labels, value: Number(value) }
  })
  return {
    text,
    types: new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type])),
    value (name, wanted = {}) {
      const found = lines.filter((line) => line.name === name && Object.entries(wanted).every(([label, of]) => line.labels[label] === of))
      return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0)
    }
  }
}
