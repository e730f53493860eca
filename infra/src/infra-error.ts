/** An error during synthesis. The message contains the actual value and the remedy. */
export class InfraError extends Error {
  override readonly name = 'InfraError';
}
