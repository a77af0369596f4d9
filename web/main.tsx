import { render } from 'preact'
import { App } from './app.js'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import './styles/layout.css'

const place = document.getElementById('app')
if (place !== null) render(<App />, place)
