// @ts-expect-error: the package has no types.
import validator from 'asl-validator';

/** The findings of asl-validator in a definition in Amazon States Language. */
export const validate = validator as (definition: unknown) => {
  readonly isValid: boolean;
  readonly errors: readonly { readonly Message: string }[];
};
