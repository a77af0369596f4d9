import type { Role, User } from '../schemas.js'

/**
 * Who a live access token says is calling. The role is the live record's, not the token's.
 *
 * A class, for speed: where a literal makes an object for every request, the engine may take it for long-lived and put each one
 * where only a full collection of garbage finds it.
 */
export class Identity {
  user: User
  sessionId: string
  role: Role

  constructor (user: User, sessionId: string) {
    this.user = user
    this.sessionId = sessionId
    this.role = user.role
  }
}
