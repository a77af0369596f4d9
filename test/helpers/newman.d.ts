declare module 'newman' {
  interface Execution {
    item: { name: string }
    request: { method: string, url: { getPath: () => string } }
    assertions?: Array<{ assertion: string, skipped: boolean, error?: Error }>
  }

  interface Failure {
    source?: { name: string }
    error: Error & { test?: string }
  }

  interface Summary {
    run: { executions: Execution[], failures: Failure[] }
  }

  interface Options {
    collection: string
    environment: string
    envVar: Array<{ key: string, value: string }>
    reporters: string[]
  }

  const newman: {
    run: (options: Options, done: (error: Error | null, summary: Summary) => void) => void
  }
  export default newman
}
