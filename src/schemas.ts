import { Type, type Static } from 'typebox'

// `normalize` is our own keyword (see lib/validation.ts): it is applied before the bounds are judged.
export const Email = Type.String({ normalize: 'email', format: 'email', maxLength: 254, examples: ['ada@example.com'] })
export const Name = Type.String({ normalize: 'trim', minLength: 1, maxLength: 100, examples: ['Ada Lovelace'] })
// Left as it was typed: a hash made elsewhere may be of that. Its bounds are those of its NFC.
export const Password = Type.String({ composedMinLength: 8, composedMaxLength: 256, examples: ['correct horse battery staple'] })
export const NewPassword = Type.String({ normalize: 'nfc', passwordFloor: true, minLength: 8, maxLength: 256, examples: ['correct horse battery staple'] })
export const EmailToken = Type.String({ examples: ['0vJ0wT3N8m0oYy0gq1m6b6mVxg0S7l5YwqH4b5mJc2E'] })
export const Photo = Type.String({ format: 'photo', maxLength: 2048, description: 'An https URL, or a file name of A-Z a-z 0-9 . _ -', examples: ['ada.jpg', 'https://example.com/ada.jpg'] })
export const Timestamp = Type.String({ format: 'date-time' })

/** A path that names one thing: what is no UUID names nothing, and is 404. */
export const ById = Type.Object({ id: Type.String({ pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' }) })

export const Role = Type.Enum(['user', 'admin'])
export type Role = Static<typeof Role>

export const Transport = Type.Enum(['cookie', 'body'])
export type Transport = Static<typeof Transport>

export const User = Type.Object({
  id: Type.String({ format: 'uuid' }),
  name: Type.String(),
  email: Type.String(),
  role: Role,
  photo: Type.String(),
  verified: Type.Boolean(),
  createdAt: Timestamp,
  updatedAt: Timestamp
})
export type User = Static<typeof User>

export const UserReply = Type.Object({
  status: Type.Literal('success'),
  data: Type.Object({ user: User })
})

export const UserForAdmins = Type.Object({ ...User.properties, disabled: Type.Boolean() })

export const UserForAdminsReply = Type.Object({
  status: Type.Literal('success'),
  data: Type.Object({ user: UserForAdmins })
})

export const Tokens = Type.Object({
  status: Type.Literal('success'),
  access_token: Type.String(),
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Integer(),
  refresh_token: Type.Optional(Type.String()),
  refresh_expires_in: Type.Optional(Type.Integer())
})
export type Tokens = Static<typeof Tokens>

/** A token that a machine asks about. Which kind it is its header tells: the hint is not needed. */
export const PresentedToken = Type.Object({
  token: Type.String(),
  token_type_hint: Type.Optional(Type.String())
})

export const Introspection = Type.Object({
  active: Type.Boolean(),
  token_type: Type.Optional(Type.Enum(['access_token', 'refresh_token'])),
  iss: Type.Optional(Type.String()),
  aud: Type.Optional(Type.String()),
  sub: Type.Optional(Type.String({ format: 'uuid' })),
  sid: Type.Optional(Type.String({ format: 'uuid' })),
  jti: Type.Optional(Type.String({ format: 'uuid' })),
  role: Type.Optional(Role),
  iat: Type.Optional(Type.Integer()),
  nbf: Type.Optional(Type.Integer()),
  exp: Type.Optional(Type.Integer())
})
export type Introspection = Static<typeof Introspection>

export const Session = Type.Object({
  id: Type.String({ format: 'uuid' }),
  current: Type.Boolean(),
  createdAt: Timestamp,
  lastUsedAt: Timestamp,
  expiresAt: Timestamp,
  ip: Type.Union([Type.String(), Type.Null()]),
  userAgent: Type.Union([Type.String(), Type.Null()])
})
export type Session = Static<typeof Session>

export const SessionsReply = Type.Object({
  status: Type.Literal('success'),
  data: Type.Object({ sessions: Type.Array(Session) })
})

export const Success = Type.Object({ status: Type.Literal('success') })

export const Failure = Type.Object({
  status: Type.Enum(['fail', 'error']),
  code: Type.String(),
  message: Type.String(),
  errors: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() })))
})
