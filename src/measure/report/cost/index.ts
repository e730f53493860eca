export { costHtml } from './html.ts';
