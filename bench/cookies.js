// What a browser would send to `path` after these `set-cookie` headers.
export function cookieHeader (setCookies, path) {
  return setCookies.map(parse)
    .filter((cookie) => path.startsWith(cookie.path))
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ')
}

export function cookieValue (setCookies, wanted) {
  return setCookies.map(parse).find(({ name }) => name === wanted)?.value
}

function parse (line) {
  const [pair, ...attributes] = line.split('; ')
  const equals = pair.indexOf('=')
  const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice('path='.length) ?? '/'
  return { name: pair.slice(0, equals), value: pair.slice(equals + 1), path }
}
