export function table (header, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(header), line(header.map((_, column) => column === 0 ? '---' : '---:')), ...rows.map(line)].join('\n')
}

export function count (number) {
  return number === undefined ? '–' : Math.round(number).toLocaleString('en')
}

export function decimal (number, digits = 2) {
  return number === undefined || Number.isNaN(number) ? '–' : number.toFixed(digits)
}

export function ratio (number, of) {
  return number === undefined || of === undefined ? '–' : (number / of).toFixed(2)
}
