const units = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86400 }

/** Seconds of a duration written `500ms`, `90s`, `15m`, `12h` or `7d`; undefined when it is written otherwise. */
export function parseDuration (text: string): number | undefined {
  const [, amount, unit] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? []
  return unit === undefined ? undefined : Number(amount) * units[unit as keyof typeof units]
}
