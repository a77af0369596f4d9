type Attributes = Record<string, string | number>

/**
 * Does work within a span of its own, when a request is being traced: a `call` to somebody else, or `work` of this process. Attributes are
 * words of ours: no value that came with the request.
 */
export type Within = <T>(kind: 'call' | 'work', name: string, attributes: Attributes, work: () => Promise<T>) => Promise<T>
