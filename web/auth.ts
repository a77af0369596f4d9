import { createClient } from '../client/index.js'

/** The one way in which these pages speak to the server. */
export const auth = createClient({ url: document.baseURI })
