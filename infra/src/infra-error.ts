/** Something that synthesis refuses; the message names the actual value and what to do. */
export class InfraError extends Error {
  override readonly name = 'InfraError';
}
