import type { Role, User } from '../schemas.js'

/** Who a live access token says is calling. The role is the live record's, not the token's. */
export interface Identity {
  user: User
  sessionId: string
  role: Role
}
