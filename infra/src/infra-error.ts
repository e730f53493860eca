/** An error of synthesis; the message has the actual value and the remedy. */
export class InfraError extends Error {
  override readonly name = 'InfraError';
}
