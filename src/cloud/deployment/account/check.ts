import { asSragError } from '../../../core/index.ts';

/** What was found out about one thing, and what can be done about it. */
export interface Check {
  readonly name: string;
  readonly status: 'ok' | 'warning' | 'failed';
  readonly detail: string;
  readonly remedy?: string;
}

/** A finding that is neither good nor an error. */
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

/** Runs one check: its words are good news, a finding says otherwise, and an error is a failure with its remedy. */
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
      ...(remedy === undefined ? {} : { remedy }),
    };
  }
}
