import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { signedAs } from '../../../support/raw-http.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

const MEGABYTE = 1_000_000;
const OBJECT_MB = 250;

/** The peak memory of a process, in megabytes. */
const peakMb = (pid: number): number =>
  (Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1_024) / MEGABYTE;

describe('a large object', () => {
  it('is read and written in pieces, which takes less memory than half its size', async () => {
    const program = join(import.meta.dirname, '../../../support/laptop-process.ts');
    const child = spawn(process.execPath, ['--no-warnings', program, await temporaryFolder()], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill());
    const [endpoint] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const url = `${endpoint}/laptop-bucket/large`;
    const headers = signedAs('AKIALAPTOPx');
    const before = peakMb(child.pid!);

    const put = request(url, {
      method: 'PUT',
      headers: { ...headers, 'content-length': OBJECT_MB * MEGABYTE },
    });
    const piece = Buffer.alloc(MEGABYTE, 7);
    for (let sent = 0; sent < OBJECT_MB; sent++) if (!put.write(piece)) await once(put, 'drain');
    put.end();
    const [stored] = await once(put, 'response');
    expect(stored.resume().statusCode).toBe(200);

    const get = request(url, { headers }).end();
    const [response] = await once(get, 'response');
    let bytes = 0;
    for await (const part of response) bytes += part.length;
    expect(bytes).toBe(OBJECT_MB * MEGABYTE);
    expect(peakMb(child.pid!) - before).toBeLessThan(0.5 * OBJECT_MB);
  });
});
