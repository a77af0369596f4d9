import { Type, type Static } from 'typebox'
import { codes } from './errors.js'

// `normalize` is our own keyword (see lib/validation.ts): it is applied before the bounds are judged.
export const Email = Type.String({ normalize: 'email', format: 'email', maxLength: 254, examples: ['ada@example.com'] })
export const Name = Type.String({ normalize: 'trim', minLength: 1, maxLength: 100, examples: ['Ada Lovelace'] })
// Left as it was typed: a hash made elsewhere may be of that. Its bounds are those of its NFC.
export const Password = Type.String({ composedMinLength: 8, composedMaxLength: 256, examples: ['correct horse battery staple'] })
export const NewPassword = Type.String({ normalize: 'nfc', passwordFloor: true, minLength: 8, maxLength: 256, examples: ['correct horse battery staple'] })
export const EmailToken = Type.String({ examples: ['0vJ0wT3N8m0oYy0gq1m6b6mVxg0S7l5YwqH4b5mJc2E'] })
export const Photo = Type.String({ format: 'photo', maxLength: 2048, description: 'An https URL, or a file name of A-Z a-z 0-9 . _ -', examples: ['ada.jpg', 'https://example.com/ada.jpg'] })
const UserId = Type.String({ format: 'uuid', description: 'Never changes' })
const someToken = ['eyJhbGciOiJSUzI1NiIsImtpZCI6Ik…']
export const TokenText = Type.String({ description: 'A JWT', examples: someToken })
export const Timestamp = Type.String({ format: 'date-time' })

/** A path that names one thing: what is no UUID names nothing, and is 404. */
export const ById = Type.Object({ id: Type.String({ pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$', examples: ['0b9e5f0a-5b9c-4b8e-9d2c-2f1f3a6f7c11'] }) })

export const Role = Type.Enum(['user', 'admin'], { title: 'Role' })
/** What a user may do: `admin` may manage users. */
export type Role = Static<typeof Role>

export const Transport = Type.Enum(['cookie', 'body'], { title: 'Transport', description: 'How the tokens travel: in three cookies, or in the body of the answer' })
export type Transport = Static<typeof Transport>

export const User = Type.Object({
  id: UserId,
  name: Type.String({ examples: ['Ada Lovelace'] }),
  email: Type.String({ examples: ['ada@example.com'] }),
  role: Role,
  photo: Type.String({ description: 'An https URL, or the name of a file; `default.png` at first', examples: ['default.png'] }),
  verified: Type.Boolean({ description: 'Whether the address is known to be theirs' }),
  createdAt: Timestamp,
  updatedAt: Timestamp
}, { title: 'User' })
/** A user as clients see one; dates are ISO 8601 (RFC 3339), in UTC. */
export type User = Static<typeof User>

export const UserReply = Type.Object({
  status: Type.Literal('success'),
  data: Type.Object({ user: User })
}, { title: 'UserReply' })

export const UserForAdmins = Type.Object({
  ...User.properties,
  disabled: Type.Boolean({ description: 'A disabled user cannot sign in', examples: [false] })
}, { title: 'UserForAdmins' })
export type UserForAdmins = Static<typeof UserForAdmins>

export const UserForAdminsReply = Type.Object({
  status: Type.Literal('success'),
  data: Type.Object({ user: UserForAdmins })
}, { title: 'UserForAdminsReply' })

export const Tokens = Type.Object({
  status: Type.Literal('success'),
  access_token: TokenText,
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Integer({ description: 'Seconds that the access token has left', examples: [900] }),
  refresh_token: Type.Optional(Type.String({ description: 'When the tokens go in the body', examples: someToken })),
  refresh_expires_in: Type.Optional(Type.Integer({ description: 'Seconds that the refresh token has left, when it goes in the body', examples: [604800] }))
}, { title: 'Tokens' })
/** What a login and a refresh answer (RFC 6749, 5.1); the refresh token is among it when the tokens go in the body. Lives are in seconds. */
export type Tokens = Static<typeof Tokens>

/** A token that a machine asks about. Which kind it is its header tells: the hint is not needed. */
export const PresentedToken = Type.Object({
  token: TokenText,
  token_type_hint: Type.Optional(Type.String({ description: 'Not needed: the token says what it is', examples: ['access_token'] }))
}, { title: 'PresentedToken' })

export const Introspection = Type.Object({
  active: Type.Boolean({ description: 'All there is of a token that is not live' }),
  token_type: Type.Optional(Type.Enum(['access_token', 'refresh_token'])),
  iss: Type.Optional(Type.String({ examples: ['https://auth.example.com'] })),
  aud: Type.Optional(Type.String({ examples: ['https://auth.example.com'] })),
  sub: Type.Optional(Type.String({ format: 'uuid', description: 'The user' })),
  sid: Type.Optional(Type.String({ format: 'uuid', description: 'The session' })),
  jti: Type.Optional(Type.String({ format: 'uuid', description: 'The token' })),
  role: Type.Optional(Role),
  iat: Type.Optional(Type.Integer({ examples: [1795341600] })),
  nbf: Type.Optional(Type.Integer({ examples: [1795341600] })),
  exp: Type.Optional(Type.Integer({ examples: [1795342500] }))
}, { title: 'Introspection' })
export type Introspection = Static<typeof Introspection>

export const Session = Type.Object({
  id: Type.String({ format: 'uuid' }),
  current: Type.Boolean({ description: 'Whether it is the one that asks' }),
  createdAt: Timestamp,
  lastUsedAt: Type.String({ format: 'date-time', description: 'When it was last refreshed' }),
  expiresAt: Type.String({ format: 'date-time', description: 'When it ends if it is not refreshed', examples: ['2026-11-29T10:00:00.000Z'] }),
  ip: Type.Union([Type.String(), Type.Null()], { examples: ['203.0.113.7'] }),
  userAgent: Type.Union([Type.String(), Type.Null()], { examples: ['curl/8.14.1'] })
}, { title: 'Session' })
export type Session = Static<typeof Session>

export const SessionsReply = Type.Object({
  status: Type.Literal('success'),
  data: Type.Object({ sessions: Type.Array(Session) })
}, { title: 'SessionsReply' })

export const Period = Type.Enum(['1h', '24h', '7d', '30d'], { title: 'Period' })
/** How far back an overview looks: an hour, a day, a week or thirty days. */
export type Period = Static<typeof Period>

const Count = (description?: string) => Type.Integer({ minimum: 0, ...(description === undefined ? {} : { description }) })

export const SignInCounts = Type.Object({
  at: Type.String({ format: 'date-time', description: 'When the step begins' }),
  succeeded: Count(),
  failed: Count('Wrong passwords, unknown addresses, disabled accounts'),
  throttled: Count('Refused by the limits, before any password was looked at')
}, { title: 'SignInCounts' })
/** How many sign-ins there were in one step of time. */
export type SignInCounts = Static<typeof SignInCounts>

export const Overview = Type.Object({
  period: Period,
  from: Type.String({ format: 'date-time', description: 'When the first step begins' }),
  to: Type.String({ format: 'date-time', description: 'When the last step ends: the one that goes on now' }),
  stepSeconds: Type.Integer({ minimum: 60, examples: [1800] }),
  signIns: Type.Array(SignInCounts, { description: 'Every step, the oldest first, also those in which nobody signed in' }),
  users: Type.Object({
    total: Count(),
    exact: Type.Boolean({ description: 'Whether they were counted; very many are estimated', examples: [true] })
  }),
  sessions: Type.Object({
    live: Count(),
    capped: Type.Boolean({ description: 'Whether there may be more: of very many rows, not all are looked at', examples: [false] })
  }),
  node: Type.Object({
    startedAt: Timestamp,
    refusals: Type.Array(Type.Object({
      code: Type.String({ examples: ['token_invalid'] }),
      reason: Type.Union([Type.String(), Type.Null()], { description: 'Of a refused token, why: the answer did not tell', examples: ['expired'] }),
      count: Count()
    }), { description: 'Since it started, the most frequent first' }),
    hashing: Type.Object({
      running: Count(),
      waiting: Count(),
      threads: Count('The most that run at once: `HASH_THREADS`'),
      queue: Count('The most that wait: `HASH_QUEUE`'),
      refused: Type.Object({ full: Count('Since it started, because the queue was full'), late: Count('Since it started, because the wait was too long') })
    }, { description: 'Passwords that are being hashed' })
  }, { description: 'The node that answers: of several, each tells of itself' })
}, { title: 'Overview' })
/** What goes on: sign-ins over a period, users and sessions, and how the node does that answers. */
export type Overview = Static<typeof Overview>

const thumbprint = ['NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs']
const TimeOfKey = (description: string, examples: unknown[] = ['2026-11-22T10:00:00.000Z']) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time', description, examples })

export const ListedKey = Type.Object({
  kid: Type.String({ description: 'Its RFC 7638 thumbprint', examples: thumbprint }),
  purpose: Type.Enum(['access', 'refresh'], { description: 'Which tokens it signs' }),
  state: Type.Enum(['next', 'current', 'retired'], { description: 'Whether it will sign, signs, or has signed' }),
  createdAt: TimeOfKey('Null when it is not known: the key came from the environment'),
  signsFrom: TimeOfKey('When it begins to sign, or began; null when that is not known'),
  outlivedAt: TimeOfKey('When the last token that it signed has died, and it may be taken away; null while no other key is to follow it', [null])
}, { title: 'ListedKey' })
/** A signing key, as administrators see one: nothing private. Times are RFC 3339, in UTC. */
export type ListedKey = Static<typeof ListedKey>

export const KeyRotation = Type.Enum(['possible', 'under_way', 'elsewhere'], {
  title: 'KeyRotation', description: '`under_way` while a key waits to sign; `elsewhere` when this server cannot make one for all who need it'
})
/** Whether keys can be rotated by a request: now, not while a key waits to sign, or only where the keys are kept. */
export type KeyRotation = Static<typeof KeyRotation>

export const ListedKeys = Type.Object({
  keys: Type.Array(ListedKey, { description: 'Those for access tokens first, the newest of each first' }),
  rotation: KeyRotation
}, { title: 'ListedKeys' })
/** The signing keys, and whether they can be rotated by a request. */
export type ListedKeys = Static<typeof ListedKeys>

export const KeysReply = Type.Object({
  status: Type.Literal('success'),
  data: ListedKeys
}, { title: 'KeysReply' })

export const Success = Type.Object({ status: Type.Literal('success') }, { title: 'Success' })

export const Failure = Type.Object({
  status: Type.Enum(['fail', 'error']),
  code: Type.Enum(codes, { title: 'FailureCode', description: 'For programs: it does not change' }),
  message: Type.String({ description: 'For people: it may change' }),
  errors: Type.Optional(Type.Array(Type.Object({
    path: Type.String({ description: 'The field, as a JSON pointer' }),
    message: Type.String()
  }), { description: 'With `validation_failed`: every fault at once' }))
}, { title: 'Failure' })

const cookies = '`access_token`, `refresh_token` and `logged_in`'
const SetCookie = (description: string) => Type.String({ description })

/** Headers of answers, for the document of the API. */
export const SessionCookies = { 'Set-Cookie': Type.Optional(SetCookie(`${cookies}, unless the tokens go in the body`)) }
export const EmptiedCookies = { 'Set-Cookie': SetCookie(`${cookies}, emptied`) }
export const EmptiedForThisSession = { 'Set-Cookie': Type.Optional(SetCookie(`${cookies}, emptied, when it was the session that asks`)) }
export const Cacheable = { 'Cache-Control': Type.Literal('public, max-age=300') }
