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
