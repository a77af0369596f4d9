import express from 'express'
import { authenticateWith } from './authenticate.js'

const { ISSUER = 'http://localhost:8000', TOKEN_AUDIENCE = ISSUER, JWKS_URL, PORT = '4000' } = process.env

const app = express()
app.disable('x-powered-by')

const authenticate = authenticateWith({ issuer: ISSUER, audience: TOKEN_AUDIENCE, jwksUrl: JWKS_URL })

app.get('/', (request, response) => {
  response.json({ message: 'Anybody may read this' })
})

app.get('/orders', authenticate, (request, response) => {
  response.json({ orders: [], of: request.identity })
})

const server = app.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`listening at http://127.0.0.1:${server.address().port}`)
})
