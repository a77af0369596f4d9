import { render } from 'preact'
import { App } from './app.js'
import { settings } from './settings.js'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import './styles/layout.css'

const place = document.getElementById('app')
// At any other address, such as 127.0.0.1 for localhost, the server would take this page for a stranger's.
if (location.origin !== settings.publicUrl) location.replace(settings.publicUrl + location.pathname + location.search)
else if (place !== null) render(<App />, place)
