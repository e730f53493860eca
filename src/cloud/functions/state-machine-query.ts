import { z } from 'zod';
import { problemSchema, RelayedProblem } from '../../api/http/index.ts';
import type { QueryRequest, RequestContext } from '../../api/service/index.ts';
import { SragError } from '../../core/index.ts';
import type { AwsJsonRpc } from '../../io/remote/index.ts';
import type { GeneratedStep, RetrievedStep } from './steps.ts';

/**
 * Maximum bytes of a request. Step Functions limits the input of a state to 262,144 bytes; the difference
 * leaves space for the other fields of the input.
 */
const MAX_INPUT_BYTES = 261_120;

const executionSchema = z.object({
  status: z.enum(['SUCCEEDED', 'FAILED', 'TIMED_OUT']),
  output: z.string().optional(),
  error: z.string().optional(),
  cause: z.string().optional(),
  billingDetails: z
    .object({ billedDurationInMilliseconds: z.number(), billedMemoryUsedInMB: z.number() })
    .optional(),
});
/** Results of srag's own functions, which the state machine passes through unchanged. */
const step = z.custom<Pick<RetrievedStep, 'trace' | 'use'>>(
  (value) => z.object({ trace: z.looseObject({}), use: z.looseObject({}) }).safeParse(value).success,
);
const answered = z.custom<Omit<GeneratedStep, 'trace' | 'use'>>(
  (value) =>
    z
      .object({
        answer: z.string(),
        citations: z.array(z.unknown()),
        notFound: z.boolean(),
        confidence: z.number(),
      })
      .safeParse(value).success,
);
const outputSchema = z.union([
  z.object({ result: z.object({ retrieved: step, generated: z.intersection(answered, step) }) }),
  z.object({
    problem: problemSchema.partial({ type: true, title: true, requestId: true }),
  }),
]);

/** The answer of the state machine, and trace and resource use of its steps. */
export interface Execution {
  readonly content: Omit<GeneratedStep, 'trace' | 'use'>;
  readonly steps: readonly Pick<RetrievedStep, 'trace' | 'use'>[];
}
interface Asking extends RequestContext {
  /** Called with the billed duration and memory, also if the execution fails. */
  readonly onBilled: (billed: { readonly durationMs: number; readonly memoryMb: number }) => void;
}

/**
 * Runs a question through the Express state machine and waits for the result.
 * @throws RelayedProblem for the error of a step, SragError for an error of Step Functions, DEADLINE_EXCEEDED
 * on timeout.
 */
export async function execute(
  states: Pick<AwsJsonRpc, 'call'>,
  stateMachineArn: string,
  request: QueryRequest,
  { requestId, traceId, signal, onBilled }: Asking,
): Promise<Execution> {
  const input = JSON.stringify({ ...request, requestId });
  if (Buffer.byteLength(input) > MAX_INPUT_BYTES) {
    throw new RelayedProblem({
      type: 'about:blank',
      title: 'Content too large',
      status: 413,
      code: 'BODY_TOO_LARGE',
      detail: `The request has more than ${MAX_INPUT_BYTES} bytes.`,
      remedy: 'Send a smaller filter; POST /query/stream accepts up to 1,000,000 bytes.',
    });
  }
  const answer = await states.call(
    'StartSyncExecution',
    {
      stateMachineArn,
      input,
      traceHeader: traceId,
    },
    { signal },
  );
  const { status, output, error, cause, billingDetails } = executionSchema.parse(answer);
  if (billingDetails !== undefined) {
    const { billedDurationInMilliseconds: durationMs, billedMemoryUsedInMB: memoryMb } = billingDetails;
    onBilled({ durationMs, memoryMb });
  }
  if (status === 'TIMED_OUT') throw tooLate();
  if (status === 'FAILED' || output === undefined)
    throw new SragError('INTERNAL', `The state machine ended with ${error}: ${cause}`);
  const parsed = outputSchema.parse(JSON.parse(output));
  if ('problem' in parsed) {
    const { type = 'about:blank', title = 'Error', ...problem } = parsed.problem;
    throw new RelayedProblem({ type, title, ...problem });
  }
  const { retrieved, generated } = parsed.result;
  const { answer: text, citations, notFound, confidence, chunks } = generated;
  const usage = withRewriting(generated.usage, retrieved.use.generation);
  return {
    content: { answer: text, citations, notFound, confidence, chunks, usage },
    steps: [retrieved, generated],
  };
}

/** The tokens of an answer, and of the first step's model, which may have rewritten the question. */
function withRewriting(
  answer: GeneratedStep['usage'],
  rewriting: RetrievedStep['use']['generation'],
): GeneratedStep['usage'] {
  if (rewriting === undefined) return answer;
  return {
    ...answer,
    inputTokens: answer.inputTokens + rewriting.inputTokens,
    outputTokens: answer.outputTokens + rewriting.outputTokens,
  };
}

const tooLate = (): SragError =>
  new SragError('DEADLINE_EXCEEDED', 'The state machine exceeded its time limit.', {
    remedy: 'Try again, reduce topK, or stream the answer with POST /query/stream.',
  });
