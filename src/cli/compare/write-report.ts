import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { messageOf, SragError } from '../../core/index.ts';
import { type ComparisonResult, describeEnvironment } from '../../measure/index.ts';
import { VERSION } from '../../version.ts';

/** Writes a comparison as HTML; gives the path. @throws LOCATION_NOT_WRITABLE */
export async function writeReport(file: string, result: ComparisonResult): Promise<string> {
  // Charts are drawn by a large library, which a comparison without report does not load.
  const { comparisonHtml } = await import('../../measure/report/index.ts');
  const { cpu, cores, node } = describeEnvironment({ srag: VERSION });
  const html = comparisonHtml(result, {
    machine: [cpu, cores === undefined ? undefined : `${cores} cores`, node].filter(Boolean).join(', '),
    version: `srag ${VERSION}`,
  });
  const path = resolve(file);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, html);
    return path;
  } catch (cause) {
    throw new SragError('LOCATION_NOT_WRITABLE', `${path} cannot be written: ${messageOf(cause)}.`, {
      remedy: 'Name a file in a folder that you may write to (--report FILE).',
      fields: { field: 'report', path },
      cause,
    });
  }
}
