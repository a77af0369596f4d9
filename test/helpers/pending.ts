/** A task that ends when the test says so. */
export function pending () {
  let finish: (result: string) => void = () => {}
  let fail: (error: Error) => void = () => {}
  const end = new Promise<string>((resolve, reject) => {
    finish = resolve
    fail = reject
  })
  return { run: async () => await end, finish, fail }
}
