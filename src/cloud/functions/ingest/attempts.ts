import type { Workspace } from '../../../config/index.ts';
import { collectionPrefix, SragError } from '../../../core/index.ts';
import type { ObjectChange } from './event.ts';

/**
 * Notes in the collection which document is being worked on. A note that is still there when its message comes again
 * says that the function died over it: out of memory, out of time, or in native code.
 */
export class Attempts {
  readonly #workspace: Workspace;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** False where an attempt at this change never ended. */
  async begin(change: ObjectChange): Promise<boolean> {
    const key = this.#keyOf(change);
    if (key === undefined) return true;
    try {
      await this.#workspace.storage.write(key, new Uint8Array(), { ifNoneMatch: '*' });
      return true;
    } catch (error) {
      if (error instanceof SragError && error.code === 'CONDITION_FAILED') {
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
