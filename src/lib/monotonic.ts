/** Milliseconds on a clock that never goes back and goes on while the process is frozen. */
export const monotonic = (): number => performance.now()
