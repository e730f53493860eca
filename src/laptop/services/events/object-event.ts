import { randomUUID } from 'node:crypto';
import type { ObjectChange } from '../s3/context.ts';
import { ACCOUNT } from '../sqs/queues.ts';

let sequencer = 0;

/** The EventBridge event of a change in a bucket: `Object Created` or `Object Deleted` of `aws.s3`. */
export function objectEvent(change: ObjectChange, region: string): Readonly<Record<string, unknown>> {
  const { bucket, key, written, requestId, reason } = change;
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': written === undefined ? 'Object Deleted' : 'Object Created',
    source: 'aws.s3',
    account: ACCOUNT,
    time: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: {
        key,
        ...(written === undefined ? {} : { size: written.sizeBytes, etag: written.etag }),
        sequencer: (Date.now() * 1_000 + (sequencer++ % 1_000)).toString(16).toUpperCase().padStart(18, '0'),
      },
      'request-id': requestId,
      requester: ACCOUNT,
      'source-ip-address': '127.0.0.1',
      reason,
      'deletion-type': written === undefined ? 'Permanently Deleted' : undefined,
    },
  };
}
