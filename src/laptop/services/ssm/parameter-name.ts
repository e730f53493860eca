import { wireError } from '../wire-error.ts';

const VALIDATION = 'ValidationException';
/** SSM's limit. */
const MAX_LEVELS = 15;

/** The name without a version or label, which are not supported. @throws ValidationException */
export function plainName(name: string): string {
  if (!name.includes(':')) return name;
  if (name.startsWith('arn:'))
    throw wireError(VALIDATION, 400, `'${name}': use the name of the parameter instead of its ARN.`);
  throw wireError(
    VALIDATION,
    400,
    `'${name}': versions and labels of parameters are not supported by the laptop.`,
  );
}

/** Validates the name of a new parameter. @throws ValidationException, HierarchyLevelLimitExceededException */
export function checkName(name: string): void {
  if (!/^[A-Za-z0-9_.\-/]+$/.test(name) || name.endsWith('/') || name.includes('//')) {
    throw wireError(
      VALIDATION,
      400,
      `'${name}' is not a parameter name: it may contain a-zA-Z0-9_.- in levels that begin with a slash.`,
    );
  }
  if (/^\/?(?:aws|ssm)/i.test(name)) {
    throw wireError(VALIDATION, 400, `'${name}': names that begin with aws or ssm are reserved.`);
  }
  if (!name.startsWith('/') && name.includes('/')) {
    throw wireError(VALIDATION, 400, `'${name}': a name with levels begins with a slash.`);
  }
  if (name.split('/').length - 1 > MAX_LEVELS) {
    throw wireError('HierarchyLevelLimitExceededException', 400, `A name has at most ${MAX_LEVELS} levels.`);
  }
}
