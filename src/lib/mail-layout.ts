/** What a mail says, in plain words: each part is a paragraph. */
export interface Message {
  subject: string
  /** Before the link, and after it. */
  says: string[]
  link?: { label: string, url: string }
  then: string[]
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

export const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? '')

/** One line, whatever stood in it: for what becomes a header. */
export const oneLine = (text: string) => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()

export const textOf = ({ says, link, then }: Message) =>
  [...says, ...(link === undefined ? [] : [link.url]), ...then].map((paragraph) => `${paragraph}\n`).join('\n')

const styles = `
  :root { color-scheme: light dark; supported-color-schemes: light dark }
  body { margin: 0; padding: 24px 16px; background: #ffffff; color: #1f2328 }
  main { display: block; max-width: 32rem; margin: 0 auto; font: 17px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif }
  p { margin: 0 0 16px; overflow-wrap: anywhere }
  a.act { display: inline-block; padding: 12px 20px; border-radius: 8px; background: #1a56db; color: #ffffff; font-weight: 600; text-decoration: none }
  .small { font-size: 14px; color: #57606a }
  .small a { color: inherit }
  @media (prefers-color-scheme: dark) {
    body { background: #16181d; color: #e6e8eb }
    .small { color: #a0a7b0 }
  }
`

const paragraph = (text: string) => `<p>${escapeHtml(text)}</p>`

// The address stands there in full too: for programs that show no buttons, and for whoever looks before a click.
const linkHtml = ({ label, url }: { label: string, url: string }) => `
<p><a class="act" href="${escapeHtml(url)}">${escapeHtml(label)}</a></p>
<p class="small">Or open this address: <a href="${escapeHtml(url)}">${escapeHtml(url)}</a></p>`

export const htmlOf = ({ subject, says, link, then }: Message) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(subject)}</title>
<style>${styles}</style>
</head>
<body>
<main>
${says.map(paragraph).join('\n')}${link === undefined ? '' : linkHtml(link)}
${then.map(paragraph).join('\n')}
</main>
</body>
</html>
`
