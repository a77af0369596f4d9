/** The whole style of the page: light or dark as the reader's system is. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --raised: #f6f7f9; --line: #e1e4e8; --text: #1f2328; --quiet: #59636e; --accent: #1a56db; --code: #f6f7f9;
  --get: #1a56db; --post: #18713c; --put: #8a5200; --patch: #6b3fa0; --delete: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14161a; --raised: #1b1e24; --line: #2d323a; --text: #e4e7eb; --quiet: #9aa4b0; --accent: #7ea6ff; --code: #1b1e24;
    --get: #7ea6ff; --post: #6fd196; --put: #e6b566; --patch: #c3a1f5; --delete: #ff9289;
  }
}
* { box-sizing: border-box }
html { scroll-behavior: smooth; scroll-padding-top: 1rem }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto } }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif }
a { color: var(--accent); text-decoration: none }
a:hover { text-decoration: underline }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
code, pre { font: 0.86em/1.55 ui-monospace, "SF Mono", Menlo, Consolas, monospace }
nav { max-height: 40vh; padding: 1.5rem 1.25rem; overflow-y: auto; border-bottom: 1px solid var(--line); background: var(--raised) }
nav h2 { margin: 1.25rem 0 0.25rem; font-size: 0.75rem; letter-spacing: 0.06em; text-transform: uppercase; color: var(--quiet) }
nav ul { margin: 0; padding: 0; list-style: none }
nav li a { display: flex; align-items: baseline; gap: 0.4rem; padding: 0.15rem 0; color: var(--text); font-size: 0.875rem }
nav > details > summary { cursor: pointer; font-weight: 600 }
main { max-width: 76rem; padding: 1.5rem 1.25rem 4rem }
h1 { margin: 0; font-size: 1.9rem; letter-spacing: -0.02em }
h1 small { font-size: 0.9rem; font-weight: 400; color: var(--quiet); letter-spacing: 0 }
.lead { max-width: 46rem }
.tag { margin: 3.5rem 0 0; padding-top: 1rem; border-top: 1px solid var(--line); font-size: 1.35rem; text-transform: capitalize }
article { padding: 1.75rem 0 0.5rem }
article h3 { margin: 0 0 0.35rem; font-size: 1.08rem }
article h4 { margin: 1.25rem 0 0.35rem; font-size: 0.8rem; color: var(--quiet); font-weight: 600 }
.route { display: flex; flex-wrap: wrap; gap: 0.35rem 0.6rem; align-items: baseline; overflow-wrap: anywhere }
.route code { font-size: 0.95rem; font-weight: 600 }
.method { font: 700 0.68rem/1 ui-monospace, Menlo, Consolas, monospace; flex: 0 0 3rem; letter-spacing: 0.02em }
.route .method { flex: none; font-size: 0.75rem; padding: 0.3rem 0.45rem; border: 1px solid currentColor; border-radius: 0.35rem; text-align: center }
.get { color: var(--get) } .post { color: var(--post) } .put { color: var(--put) } .patch { color: var(--patch) } .delete { color: var(--delete) }
.who { font-size: 0.8rem; color: var(--quiet) }
dl { margin: 0 }
.fields > div { padding: 0.45rem 0; border-top: 1px solid var(--line) }
.fields > div:first-child { border-top: 0 }
.fields dt { display: flex; flex-wrap: wrap; gap: 0 0.6rem; align-items: baseline; overflow-wrap: anywhere }
.fields dt code { font-weight: 600 }
.fields dd { margin: 0; font-size: 0.875rem; color: var(--quiet); overflow-wrap: anywhere }
.type { font-size: 0.8rem; color: var(--quiet) }
.must { font-size: 0.72rem; color: var(--delete) }
pre { margin: 0.35rem 0 0; padding: 0.85rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--code); border: 1px solid var(--line); border-radius: 0.5rem }
details.answer { border: 1px solid var(--line); border-radius: 0.5rem; margin-top: 0.4rem }
details.answer > summary { padding: 0.5rem 0.8rem; cursor: pointer; overflow-wrap: anywhere }
details.answer > div { padding: 0 0.8rem 0.8rem }
details.answer summary code { display: inline-block; font-size: 0.78rem; color: var(--quiet); margin-left: 0.35rem }
.good { color: var(--post); font-weight: 600 } .bad { color: var(--put); font-weight: 600 } .ours { color: var(--delete); font-weight: 600 }
@media (min-width: 60rem) {
  body { display: grid; grid-template-columns: 19rem minmax(0, 1fr) }
  nav { position: sticky; top: 0; height: 100vh; max-height: none; border-right: 1px solid var(--line); border-bottom: 0 }
  nav > details > summary { display: none }
  main { padding: 2.5rem 3rem 6rem }
  .columns { display: grid; grid-template-columns: minmax(0, 11fr) minmax(0, 10fr); gap: 2.5rem }
  .columns > .beside { position: sticky; top: 1rem; align-self: start }
}
@media print { nav { display: none } }
`
