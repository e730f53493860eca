import { Aws, Fn } from 'aws-cdk-lib';

/** Length of the suffix: the last part of the stack's id and a hyphen. */
const SUFFIX = 13;

/**
 * A name of at most `length` characters that no other stack has, not even an earlier one of the same name: a resource
 * that was retained by a destroyed stack still occupies its name.
 */
export function uniqueName(name: string, length = 32): string {
  const stack = Fn.select(2, Fn.split('/', Aws.STACK_ID));
  return `${name.slice(0, length - SUFFIX)}-${Fn.select(4, Fn.split('-', stack))}`;
}
