import { ServerResponse, type IncomingMessage } from 'node:http'

export interface Leave {
  readonly begun: boolean
  begin: () => void
  /** Answers that close their connection once the leave has begun, those to requests begun before among them. */
  Response: typeof ServerResponse
}

/** Whether a server takes leave of its clients. */
export function createLeave (): Leave {
  let begun = false
  const Response = class <Request extends IncomingMessage> extends ServerResponse<Request> {}

  function begin () {
    begun = true
    Object.defineProperty(Response.prototype, 'writeHead', {
      value (this: ServerResponse, ...head: Parameters<ServerResponse['writeHead']>) {
        this.shouldKeepAlive = false
        return ServerResponse.prototype.writeHead.apply(this, head)
      },
      configurable: true
    })
  }

  return { Response: Response as typeof ServerResponse, get begun () { return begun }, begin }
}
