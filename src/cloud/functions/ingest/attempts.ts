import type { Workspace } from '../../../config/index.ts';
import { collectionPrefix, hasCode } from '../../../core/index.ts';
import type { ObjectChange } from './event.ts';

/**
 * Records in the collection which document is being processed. If the record still exists when its message is
 * delivered again, the function crashed on the document: out of memory, out of time, or in native code.
 */
export class Attempts {
  readonly #workspace: Workspace;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** Records the start of an attempt. Returns false if an earlier attempt at this change never ended. */
  async begin(change: ObjectChange): Promise<boolean> {
    const key = this.#keyOf(change);
    if (key === undefined) return true;
    try {
      await this.#workspace.storage.write(key, new Uint8Array(), { ifNoneMatch: '*' });
      return true;
    } catch (error) {
      if (hasCode(error, 'CONDITION_FAILED')) {
        await this.end(change);
        return false;
      }
      throw error;
    }
  }

  async end(change: ObjectChange): Promise<void> {
    const key = this.#keyOf(change);
    if (key !== undefined) await this.#workspace.storage.delete([key]).catch(() => {});
  }

  #keyOf({ messages: [message] }: ObjectChange): string | undefined {
    const { collection } = this.#workspace.config;
    return message && `${collectionPrefix(collection)}attempts/${message.messageId}`;
  }
}
