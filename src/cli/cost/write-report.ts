import type { ComparedCosts } from '../../measure/cost/index.ts';
import { writeNamedFile } from '../write-file.ts';

/** Writes the costs as HTML and returns the path. @throws LOCATION_NOT_WRITABLE */
export async function writeCostReport(file: string, compared: ComparedCosts): Promise<string> {
  // Imported lazily: the large chart library is only needed for a report.
  const { costHtml } = await import('../../measure/report/index.ts');
  const command = `srag ${process.argv.slice(2).map(quoted).join(' ')}`;
  return writeNamedFile('report', file, costHtml(compared, command));
}

/** An argument as a shell would need it. */
const quoted = (word: string): string =>
  /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
