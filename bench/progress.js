const started = performance.now()

export function progress (line) {
  const seconds = ((performance.now() - started) / 1000).toFixed(0).padStart(4)
  console.error(`${seconds} s  ${line}`)
}
