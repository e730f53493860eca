import { DEFAULT_FIELD_MAP } from './defaults.ts';
import { linesOf } from './jsonl/lines.ts';
import type { FileToLoad, LoadLimits } from './port.ts';

/** Number of records in a dataset file, including invalid ones. */
export async function countRecords(file: FileToLoad, limits: LoadLimits): Promise<number> {
  let records = 0;
  for await (const line of linesOf(file, { limits, fieldMap: DEFAULT_FIELD_MAP })) {
    const isBlank = 'bytes' in line && line.bytes.every((byte) => byte <= 0x20);
    if (!isBlank) records += 1;
  }
  return records;
}
