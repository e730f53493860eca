/** The style of the page at `/`: light and dark, from 320 px upwards. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --paper: #fff; --panel: #f6f8fa; --line: #d0d7de;
  --accent: #0b57b7; --fault: #b42318; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #a5afba; --paper: #0d1117; --panel: #161b22; --line: #3d444d; --accent: #79b8ff;
    --fault: #ff9a8f; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 52rem; padding: 1.5rem 1rem 3rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 1.5rem; }
h2 { margin: 2.5rem 0 .5rem; font-size: 1.15rem; }
p { margin: .5rem 0; }
a { color: var(--accent); }
label { display: block; margin: .75rem 0 .25rem; font-weight: 600; }
input, select, textarea, button { font: inherit; color: inherit; }
input, select, textarea { width: 100%; padding: .5rem .6rem; border: 1px solid var(--soft); border-radius: 6px;
  background: var(--paper); }
input, select { height: 2.6rem; }
::placeholder { color: var(--soft); opacity: 1; }
textarea { min-height: 4.5rem; resize: vertical; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
button { padding: .5rem 1.1rem; border: 1px solid var(--accent); border-radius: 6px; background: none;
  color: var(--accent); font-weight: 600; cursor: pointer; }
button[type=submit] { background: var(--accent); color: var(--paper); }
button:disabled { opacity: .55; cursor: default; }
.buttons { display: flex; gap: .75rem; margin: 1rem 0; }
.options { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 0 1rem; }
#answer { min-height: 1.5rem; white-space: pre-wrap; }
#fault { color: var(--fault); white-space: pre-wrap; }
#facts, .soft { color: var(--soft); font-size: .875rem; }
#sources { padding-left: 0; list-style: none; }
#sources li { margin: .75rem 0; padding-left: .75rem; border-left: 3px solid var(--line); }
blockquote { margin: .25rem 0 0; color: var(--soft); white-space: pre-wrap; }
pre { padding: .75rem; border: 1px solid var(--line); border-radius: 6px; background: var(--panel);
  white-space: pre-wrap; }
code, pre { font: .875rem/1.5 ui-monospace, monospace; }
dl { margin: .5rem 0; }
dt { margin-top: .6rem; }
dd { margin: 0; color: var(--soft); }
`;
