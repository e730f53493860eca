import { parseArgs } from 'node:util';
import { changeSettings, DEFAULT_SETTINGS, type ModelSettings } from '../../src/laptop/index.ts';

/** Options of the proxy's command line: `--target URL --port N --latency-ms N ...`. @throws INVALID_ARGUMENT, RangeError, TypeError */
export function readModelOptions(args: readonly string[]): {
  readonly target: string;
  readonly port: number;
  readonly settings: ModelSettings;
} {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      target: text,
      port: text,
      'latency-ms': text,
      'connection-mb': text,
      'total-mb': text,
      'fault-rate': text,
      seed: text,
    },
  });
  const { target, port = '0', ...model } = values;
  if (target === undefined) throw new RangeError('--target is missing: it must be the URL of an S3 server.');
  const given = Object.fromEntries(
    Object.entries(model).map(([name, value]) => [
      name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
      Number(value),
    ]),
  );
  return { target, port: Number(port), settings: changeSettings(DEFAULT_SETTINGS, given) };
}
