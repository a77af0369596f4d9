/** Where a request came from, as events and sessions remember it. */
export interface Origin { ip: string, userAgent: string | null }
