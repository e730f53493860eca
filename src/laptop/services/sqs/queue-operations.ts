import { z } from 'zod';
import { type JsonCall, type JsonOperation, operation } from '../json/operation.ts';
import { wireError } from '../wire-error.ts';
import { chosenAttributes } from './chosen-attributes.ts';
import type { QueueSettings } from './fifo-queue.ts';
import { describe, queueAttributes, redriveOf } from './queue-attributes.ts';
import { ACCOUNT, noSuchQueue, type Queues } from './queues.ts';

const VALIDATION = 'InvalidParameterValue';
const URL = { QueueUrl: z.string().min(1) };
const TRUTH = /^(?:true|false)$/;
const CREATE = z.strictObject({
  QueueName: z.string().regex(/^[A-Za-z0-9_-]{1,75}\.fifo$/, 'only FIFO queues are supported: NAME.fifo'),
  Attributes: z.strictObject({
    FifoQueue: z.literal('true'),
    ContentBasedDeduplication: z.string().regex(TRUTH).optional(),
    VisibilityTimeout: z
      .string()
      .regex(/^\d{1,5}$/)
      .optional(),
    DelaySeconds: z
      .string()
      .regex(/^\d{1,3}$/)
      .optional(),
    RedrivePolicy: z.string().optional(),
  }),
});

/** The operations on whole queues. */
export const queueOperations = (queues: Queues): Readonly<Record<string, JsonOperation>> => ({
  CreateQueue: operation(VALIDATION, CREATE, (input, call) => {
    createQueue(queues, input);
    return { QueueUrl: urlOf(input.QueueName, call) };
  }),

  GetQueueUrl: operation(VALIDATION, z.strictObject({ QueueName: z.string() }), ({ QueueName }, call) => {
    if (queues.get(QueueName) === undefined) throw noSuchQueue();
    return { QueueUrl: urlOf(QueueName, call) };
  }),

  DeleteQueue: operation(VALIDATION, z.strictObject(URL), ({ QueueUrl }) => {
    queues.delete(queues.byUrl(QueueUrl).settings.name);
    return {};
  }),

  GetQueueAttributes: operation(
    VALIDATION,
    z.strictObject({ ...URL, AttributeNames: z.array(z.string()).optional() }),
    ({ QueueUrl, AttributeNames = [] }) => ({
      Attributes: chosenAttributes(queueAttributes(queues, queues.byUrl(QueueUrl)), AttributeNames),
    }),
  ),
});

/** Creates a queue unless it exists with the same attributes. @throws QueueNameExists */
function createQueue(queues: Queues, { QueueName, Attributes }: z.output<typeof CREATE>): void {
  const settings: QueueSettings = {
    name: QueueName,
    contentBasedDeduplication: Attributes.ContentBasedDeduplication === 'true',
    visibilityTimeoutMs: Number(Attributes.VisibilityTimeout ?? 30) * 1_000,
    delayMs: Number(Attributes.DelaySeconds ?? 0) * 1_000,
    ...redriveOf(queues, Attributes.RedrivePolicy),
  };
  const before = queues.get(QueueName)?.settings;
  if (before === undefined) queues.create(settings);
  else if (JSON.stringify(describe(before)) !== JSON.stringify(describe(settings))) {
    throw wireError(
      'QueueNameExists',
      400,
      `A queue already exists with the same name and other attributes: ${QueueName}`,
    );
  }
}

const urlOf = (name: string, { headers }: JsonCall): string =>
  `http://${String(headers.host)}/${ACCOUNT}/${name}`;
