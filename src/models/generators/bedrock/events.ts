import type { ConverseCommandOutput, ConverseStreamOutput } from '@aws-sdk/client-bedrock-runtime';
import { awsFailure, type ServiceContext } from '../../../io/remote/index.ts';
import type { ModelEvent } from '../model-answer.ts';

/** Meaning of Bedrock's stop reasons; all others mean a complete answer. */
const STOP_REASONS: Readonly<Record<string, 'length' | 'filtered'>> = {
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  guardrail_intervened: 'filtered',
  content_filtered: 'filtered',
};

/** Converts ConverseStream's events; throws an error for an event that contains an exception. */
export async function* toModelEvents(
  events: AsyncIterable<ConverseStreamOutput>,
  context: ServiceContext,
): AsyncIterable<ModelEvent> {
  for await (const event of events) {
    const exception =
      event.internalServerException ??
      event.modelStreamErrorException ??
      event.validationException ??
      event.throttlingException ??
      event.serviceUnavailableException;
    if (exception !== undefined) throw awsFailure(exception, context);
    const text = event.contentBlockDelta?.delta?.text;
    if (text !== undefined) yield { kind: 'text', text };
    if (event.messageStop !== undefined) {
      yield { kind: 'stop', reason: STOP_REASONS[event.messageStop.stopReason ?? ''] ?? 'complete' };
    }
    const usage = event.metadata?.usage;
    if (usage?.inputTokens !== undefined && usage.outputTokens !== undefined) {
      yield { kind: 'usage', inputTokens: usage.inputTokens, outputTokens: usage.outputTokens };
    }
  }
}

/** Converts Converse's response to the events that ConverseStream would send. */
export async function* asEvents(answer: ConverseCommandOutput): AsyncIterable<ConverseStreamOutput> {
  for (const [contentBlockIndex, { text }] of (answer.output?.message?.content ?? []).entries()) {
    if (text !== undefined) yield { contentBlockDelta: { contentBlockIndex, delta: { text } } };
  }
  yield { messageStop: { stopReason: answer.stopReason } };
  yield { metadata: { usage: answer.usage, metrics: answer.metrics } };
}
