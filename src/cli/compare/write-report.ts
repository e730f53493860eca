import { type ComparisonResult, describeEnvironment } from '../../measure/index.ts';
import { VERSION } from '../../version.ts';
import { writeNamedFile } from '../write-file.ts';

/** Writes a comparison as HTML and returns the path. @throws LOCATION_NOT_WRITABLE */
export async function writeReport(file: string, result: ComparisonResult): Promise<string> {
  // Imported lazily: the large chart library is only needed for a report.
  const { comparisonHtml } = await import('../../measure/report/index.ts');
  const { cpu, cores, node } = describeEnvironment({ srag: VERSION });
  const html = comparisonHtml(result, {
    machine: [cpu, cores === undefined ? undefined : `${cores} cores`, node].filter(Boolean).join(', '),
    version: `srag ${VERSION}`,
  });
  return writeNamedFile('report', file, html);
}
