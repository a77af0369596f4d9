// In this order: most programs name those that they pass for, too.
const programs: [RegExp, string][] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\b(?:OPR|OPT|Opera)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS)\//, 'Chrome'],
  [/\bVersion\/.*\bSafari\//, 'Safari']
]

const systems: [RegExp, string][] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac(?:intosh| OS X)\b/, 'macOS'],
  [/\bLinux\b/, 'Linux']
]

const named = (list: [RegExp, string][], text: string) => list.find(([sign]) => sign.test(text))?.[1]

/** What a user agent says it is, in words of ours and never in its own: `Firefox on Windows`, or `an app`. */
export function deviceOf (userAgent: string | null | undefined): string | undefined {
  if (userAgent === null || userAgent === undefined || userAgent === '') return undefined
  const program = named(programs, userAgent) ?? 'an app'
  const system = named(systems, userAgent)
  return system === undefined ? program : `${program} on ${system}`
}
