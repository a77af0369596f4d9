import { Type, type Static } from 'typebox'

// `normalize` is our own keyword (see plugins/validation.ts): it is applied before the bounds are judged.
export const Email = Type.String({ normalize: 'email', format: 'email', maxLength: 254, examples: ['ada@example.com'] })
export const Name = Type.String({ normalize: 'trim', minLength: 1, maxLength: 100, examples: ['Ada Lovelace'] })
export const Password = Type.String({ normalize: 'nfc', minLength: 8, maxLength: 256, examples: ['correct horse battery staple'] })
export const NewPassword = Type.String({ normalize: 'nfc', passwordFloor: true, minLength: 8, maxLength: 256, examples: ['correct horse battery staple'] })
export const Timestamp = Type.String({ format: 'date-time' })

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

export const Tokens = Type.Object({
  status: Type.Literal('success'),
  access_token: Type.String(),
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Integer(),
  refresh_token: Type.Optional(Type.String()),
  refresh_expires_in: Type.Optional(Type.Integer())
})
export type Tokens = Static<typeof Tokens>

export const Success = Type.Object({ status: Type.Literal('success') })

export const Failure = Type.Object({
  status: Type.Enum(['fail', 'error']),
  code: Type.String(),
  message: Type.String(),
  errors: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() })))
})
