import { asSragError } from '../../../core/index.ts';

/** The result of one check, with a remedy if there is one. */
export interface Check {
  readonly name: string;
  readonly status: 'ok' | 'warning' | 'failed';
  readonly detail: string;
  readonly remedy?: string;
}

/** A problem that a check found, with its severity. */
export class Finding {
  readonly status: 'warning' | 'failed';
  readonly detail: string;
  readonly remedy: string;

  constructor(status: 'warning' | 'failed', detail: string, remedy: string) {
    this.status = status;
    this.detail = detail;
    this.remedy = remedy;
  }
}

/**
 * Runs one check. It succeeds if `work` returns a text, has the status of a returned finding, and fails with
 * the error's remedy if `work` throws.
 */
export async function check(name: string, work: () => Promise<string | Finding>): Promise<Check> {
  try {
    const found = await work();
    if (typeof found === 'string') return { name, status: 'ok', detail: found };
    return { name, status: found.status, detail: found.detail, remedy: found.remedy };
  } catch (error) {
    const { code, message, remedy } = asSragError(error);
    return {
      name,
      status: 'failed',
      detail: `${code}: ${message}`,
      remedy,
    };
  }
}
