export { comparisonHtml } from './html.ts';
