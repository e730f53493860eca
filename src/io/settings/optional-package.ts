import { SragError } from '../../core/index.ts';

const NOT_FOUND_CODES = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND']);

/** Whether `error` says that `name` itself, not one of its dependencies, is not installed. */
function isMissing(error: unknown, name: string): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  const known = typeof code === 'string' && NOT_FOUND_CODES.has(code);
  return (
    (known || /cannot find|(failed to|could not) (load|resolve)/i.test(error.message)) &&
    error.message.includes(name)
  );
}

/**
 * Loads an optional peer dependency. Each adapter passes its own `import()`, so that bundlers see it.
 * @throws MISSING_PACKAGE with the install command if it is not installed.
 */
export async function loadOptionalPackage<Module>(
  name: string,
  purpose: string,
  load: () => Promise<Module>,
): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    if (!isMissing(cause, name)) throw cause;
    throw new SragError('MISSING_PACKAGE', `${purpose} needs the package ${name}, which is not installed.`, {
      remedy: `npm install ${name}`,
      fields: { package: name },
      cause,
    });
  }
}
