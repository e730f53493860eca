import { type ComparisonResult, describeEnvironment } from '../../measure/index.ts';
import { VERSION } from '../../version.ts';
import { writeNamedFile } from '../write-file.ts';

/** Writes a comparison as HTML; gives the path. @throws LOCATION_NOT_WRITABLE */
export async function writeReport(file: string, result: ComparisonResult): Promise<string> {
  // Charts are drawn by a large library, which a comparison without report does not load.
  const { comparisonHtml } = await import('../../measure/report/index.ts');
  const { cpu, cores, node } = describeEnvironment({ srag: VERSION });
  const html = comparisonHtml(result, {
    machine: [cpu, cores === undefined ? undefined : `${cores} cores`, node].filter(Boolean).join(', '),
    version: `srag ${VERSION}`,
  });
  return writeNamedFile('report', file, html);
}
