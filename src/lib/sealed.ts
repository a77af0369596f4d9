import { crc32 } from 'node:zlib'

const sumOf = (text: string) => crc32(text).toString(36)

/** The text with its sum behind it (CRC-32), so that whoever reads it knows whether it arrived as it was written. */
export const seal = (text: string): string => `${text} ${sumOf(text)}`

/** What was sealed; undefined when it arrived otherwise. */
export function unseal (sealed: string): string | undefined {
  const end = sealed.lastIndexOf(' ')
  const text = sealed.slice(0, Math.max(0, end))
  return end >= 0 && sealed.slice(end + 1) === sumOf(text) ? text : undefined
}
