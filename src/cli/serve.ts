export default async function serve () {
  await import('../server.js')
}
