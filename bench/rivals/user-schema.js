export const userSchema = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    name: { type: 'string' },
    email: { type: 'string' },
    role: { type: 'string' },
    photo: { type: 'string' },
    verified: { type: 'boolean' },
    createdAt: { type: 'string', format: 'date-time' },
    updatedAt: { type: 'string', format: 'date-time' }
  }
}

export const meSchema = {
  type: 'object',
  properties: {
    status: { type: 'string' },
    data: { type: 'object', properties: { user: userSchema } }
  }
}

/** Whom a server tells of that asks nobody. */
export const user = {
  id: '0b4f3c1e-7f0a-4c1d-9a53-5d2f0a6c9e11',
  name: 'Ada Lovelace',
  email: 'user-0001@bench.example',
  role: 'user',
  photo: 'default.png',
  verified: false,
  createdAt: '2026-11-22T10:00:00.000Z',
  updatedAt: '2026-11-22T10:00:00.000Z'
}
