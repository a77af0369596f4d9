/** One call of a client, and what came of it. Milliseconds of one clock. */
export interface Entry {
  kind: 'register' | 'login' | 'refresh' | 'logout' | 'everywhere' | 'me'
  node: string
  start: number
  end: number
  /** 0 is no answer, and `failure` says why. */
  status: number | undefined
  failure?: string
  retryAfter?: string
  user: string
  sid?: string
  /** `jti` of the token that was shown. */
  presented?: string
  who?: string
  whose?: string
  given?: { sub: string, sid: string, access: string, refresh: string, agrees: boolean, bytes: string }
}

export type Figure =
  'acceptedAfterEnded' | 'lost' | 'forks' | 'mixUps' | 'lostWrites' | 'answers500' | 'hangs' | 'unanswered' | 'answers503' | 'backToNormal' | 'operations'

export interface Rules {
  windows?: Array<{ from: number, to: number }>
  liftedAt?: number
  overlapMilliseconds?: number
  healthyMilliseconds?: number
  faultMilliseconds?: number
  leewayMilliseconds?: number
  breaks?: 'nothing' | 'refusals' | 'connections'
}

export function check (history: Entry[], rules?: Rules): { figures: Record<Figure, number>, found: Record<string, Entry[]> }
