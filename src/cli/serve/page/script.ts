/**
 * Script of the page at `/`: sends the question to `/query/stream` and shows the events. Everything that
 * comes from the API is inserted as text, never as HTML.
 */
export const SCRIPT = `
'use strict';
const byId = (id) => document.getElementById(id);
const form = byId('form');
const stop = byId('stop');
let running;
byId('origin').textContent = location.origin;

function show(id, text) { byId(id).textContent = text; }

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function showSources(citations) {
  byId('sources').replaceChildren(...citations.map(({ marker, title, documentId, headingPath, quote }) => {
    const section = headingPath.at(-1);
    const place = section && section !== title ? ' › ' + section : '';
    const item = element('li', '[' + marker + '] ' + (title || documentId) + place);
    if (title && title !== documentId) item.append(' (' + documentId + ')');
    item.append(element('blockquote', quote));
    return item;
  }));
}

function showDone({ answer, citations, notFound, usage, trace, cost }) {
  // The checked answer: citations that no passage supports are out.
  show('answer', answer);
  showSources(citations);
  const facts = [Math.round(trace.totalMs) + ' ms', usage.inputTokens + ' + ' + usage.outputTokens + ' tokens',
    '$' + cost.totalUsd.toFixed(6)];
  if (trace.index) facts.push(trace.index.kind + '@' + trace.index.version);
  if (trace.cached) facts.push('from the cache');
  show('facts', facts.join(', '));
  show('status', notFound ? 'The documents hold no answer.' : 'Answered.');
}

function showFault({ title, detail, remedy, code }) {
  show('fault', [(code ? code + ': ' : '') + (detail || title || 'The request failed.'), remedy].filter(Boolean).join('\\n'));
  show('status', 'Failed.');
}

function showEvent(block) {
  const fields = Object.fromEntries(block.split('\\n').map((line) => {
    const at = line.indexOf(': ');
    return [line.slice(0, at), line.slice(at + 2)];
  }));
  if (fields.data === undefined) return;
  const data = JSON.parse(fields.data);
  if (fields.event === 'hits') show('status', data.hits.length + ' passages found; answering ...');
  if (fields.event === 'token') byId('answer').append(data.text);
  if (fields.event === 'done') showDone(data);
  if (fields.event === 'error') showFault(data);
}

function requestBody() {
  const body = { question: byId('question').value };
  for (const name of ['mode', 'collection'])
    if (byId(name).value.trim() !== '') body[name] = byId(name).value.trim();
  if (byId('topK').value !== '') body.topK = Number(byId('topK').value);
  return body;
}

async function ask(signal) {
  const headers = { 'content-type': 'application/json' };
  if (byId('key').value !== '') headers['x-api-key'] = byId('key').value;
  const options = { method: 'POST', headers, body: JSON.stringify(requestBody()), signal };
  const response = await fetch('query/stream', options);
  if (!response.ok) {
    const problem = await response.json().catch(() => ({ title: 'HTTP ' + response.status }));
    return showFault(problem);
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    const blocks = text.split('\\n\\n');
    text = blocks.pop();
    blocks.forEach(showEvent);
  }
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (running) return;
  for (const id of ['answer', 'fault', 'facts']) show(id, '');
  showSources([]);
  show('status', 'Searching ...');
  running = new AbortController();
  byId('ask').disabled = true;
  stop.disabled = false;
  try {
    await ask(running.signal);
  } catch (error) {
    if (running.signal.aborted) show('status', 'Stopped.');
    else showFault({ detail: 'The server cannot be reached: ' + error.message });
  }
  running = undefined;
  byId('ask').disabled = false;
  stop.disabled = true;
});
stop.addEventListener('click', () => running && running.abort());
`;
