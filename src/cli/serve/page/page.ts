import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ROUTES } from '../../../api/http/index.ts';
import { VERSION } from '../../../version.ts';
import { escapeHtml } from '../../markup/index.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Allows only the page's own script and style, and requests to this server. */
const POLICY = [
  "default-src 'none'",
  `script-src ${hashOf(SCRIPT)}`,
  `style-src ${hashOf(STYLE)}`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const routes = ROUTES.map(
  ({ method, path, summary }) =>
    `<dt><code>${method.toUpperCase()} ${escapeHtml(path)}</code></dt><dd>${escapeHtml(summary)}</dd>`,
).join('\n');

/** The page at `/`: describes the API and lets a visitor query it. */
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>srag: ask the documents</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Ask the documents</h1>
<p class="soft">The HTTP API of srag ${escapeHtml(VERSION)}. Answers cite the passages that support them.</p>
</header>
<main>
<form id="form">
<label for="question">Question</label>
<textarea id="question" required></textarea>
<details>
<summary>Options</summary>
<div class="options">
<div><label for="mode">Mode</label>
<select id="mode"><option value="">as configured</option><option>auto</option><option>lexical</option><option>vector</option><option>hybrid</option></select></div>
<div><label for="topK">Passages</label><input id="topK" type="number" min="1" max="50" placeholder="as configured"></div>
<div><label for="collection">Collection</label><input id="collection" placeholder="as configured" autocomplete="off"></div>
<div><label for="key">API key</label><input id="key" type="password" placeholder="none" autocomplete="off"></div>
</div>
</details>
<div class="buttons"><button id="ask" type="submit">Ask</button><button id="stop" type="button" disabled>Stop</button></div>
</form>
<section aria-labelledby="answer-heading">
<h2 id="answer-heading">Answer</h2>
<p id="status" class="soft" role="status">No question yet.</p>
<div id="answer"></div>
<p id="fault" role="alert"></p>
<ul id="sources" aria-label="Sources"></ul>
<p id="facts"></p>
</section>
<section aria-labelledby="api-heading">
<h2 id="api-heading">The API</h2>
<pre>curl <span id="origin">http://localhost:3000</span>/query -H 'content-type: application/json' \\
  -d '{"question": "What is this about?"}'</pre>
<p>Servers with keys want one in the header <code>x-api-key</code>. Errors are problem details (RFC 9457).
<a href="openapi.json">openapi.json</a> describes every field.</p>
<dl>
${routes}
</dl>
</section>
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;

/** Answers a browser that opens the server's address; returns false for every other request. */
export function servePage(request: IncomingMessage, response: ServerResponse): boolean {
  const { method, url = '', headers } = request;
  if (method !== 'GET' && method !== 'HEAD') return false;
  if (url.split('?', 1)[0] !== '/' || !acceptsHtml(headers.accept)) return false;
  response.writeHead(200, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(PAGE),
    'Content-Security-Policy': POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-cache',
    Vary: 'Accept, Origin',
  });
  response.end(method === 'HEAD' ? undefined : PAGE);
  return true;
}

/** Browsers accept HTML explicitly; clients that accept anything get JSON, as from every other path. */
const acceptsHtml = (accept = ''): boolean =>
  accept
    .split(',')
    .some((range) => /^\s*text\/html\s*(;|$)/i.test(range) && !/;\s*q=0(\.0*)?\s*$/i.test(range));
