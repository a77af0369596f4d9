/** One figure as it is told; `metricName` where it is not the measure's own name. */
export interface Sample { labels: Record<string, string>, value: number, metricName?: string }

export interface Measure {
  name: string
  help: string
  type: 'counter' | 'gauge' | 'histogram'
  read: () => Sample[] | Promise<Sample[]>
}

/** Counts what happened, apart by the values of its labels, in their order. */
export interface Counter {
  count: (...values: string[]) => void
  add: (times: number, ...values: string[]) => void
  /** What it has counted so far. */
  read: () => Sample[]
}

export interface Distribution { observe: (seconds: number) => void }

export interface Histogram {
  /** The one of these values of its labels, to be kept by whoever observes often. */
  of: (...values: string[]) => Distribution
}

interface Named { name: string, help: string, labels?: readonly string[] }
interface Counted extends Named {
  /** Values of its first label that are told before they happen: a rate needs the zero before the first one. */
  known?: readonly string[]
}
interface Distributed extends Named { bounds: readonly number[] }

export type Measures = ReturnType<typeof createMeasures>

/** What one server counts, in plain numbers: nothing is made into text before somebody asks. */
export function createMeasures () {
  const all: Measure[] = []

  return {
    all: all as readonly Measure[],

    /** Figures that are kept elsewhere, and read when somebody asks. */
    tell (...measures: Measure[]) { all.push(...measures) },

    counter ({ known = [], ...named }: Counted): Counter {
      const counts = keyed(named, () => ({ times: 0 }))
      const add: Counter['add'] = (times, ...values) => { counts.of(values).times += times }
      for (const value of known) add(0, value)
      if (named.labels === undefined) add(0)
      const read = () => counts.flatMap(({ times }, labels) => [{ labels, value: times }])
      all.push({ ...named, type: 'counter', read })
      return { add, count: (...values) => add(1, ...values), read }
    },

    histogram ({ bounds, ...named }: Distributed): Histogram {
      const distributions = keyed(named, () => createDistribution(bounds))
      if (named.labels === undefined) distributions.of([])
      all.push({ ...named, type: 'histogram', read: () => distributions.flatMap(({ samples }, labels) => samples(named.name, labels)) })
      return { of: (...values) => distributions.of(values) }
    }
  }
}

/** One of something for each combination of the values of labels. */
function keyed<One> ({ labels: names = [] }: Named, make: () => One) {
  const ones = new Map<string, { one: One, labels: Record<string, string> }>()
  return {
    of (values: readonly string[]): One {
      const key = values.join('\n')
      let found = ones.get(key)
      if (found === undefined) {
        found = { one: make(), labels: Object.fromEntries(names.map((name, place) => [name, values[place] ?? ''])) }
        ones.set(key, found)
      }
      return found.one
    },
    flatMap: (read: (one: One, labels: Record<string, string>) => Sample[]) => [...ones.values()].flatMap(({ one, labels }) => read(one, labels))
  }
}

function createDistribution (bounds: readonly number[]) {
  const counts = [...bounds, Infinity].map(() => 0)
  let sum = 0
  let count = 0

  return {
    observe (seconds: number) {
      let place = 0
      while (place < bounds.length && seconds > (bounds[place] ?? 0)) place++
      counts[place] = (counts[place] ?? 0) + 1
      sum += seconds
      count++
    },

    samples (name: string, labels: Record<string, string>): Sample[] {
      let below = 0
      const buckets = counts.map((times, place) => {
        below += times
        return { metricName: `${name}_bucket`, labels: { ...labels, le: String(bounds[place] ?? '+Inf') }, value: below }
      })
      return [...buckets, { metricName: `${name}_sum`, labels, value: sum }, { metricName: `${name}_count`, labels, value: count }]
    }
  }
}
