import type { FieldType, FieldTypes, SourceDocument } from '../../core/index.ts';
import { fitsField } from '../index.ts';

/**
 * A declared field whose value does not fit its type in some documents. Filters do not find these documents.
 */
export interface FieldMismatch {
  readonly field: string;
  readonly type: FieldType;
  readonly documents: number;
  /** Id of the first such document, and its value as JSON, truncated to 60 characters. */
  readonly example: { readonly documentId: string; readonly value: string };
}

const MAX_VALUE = 60;

/** Counts documents whose metadata does not fit the declared fields. */
export class FieldMismatches {
  readonly #fields: FieldTypes;
  readonly #found = new Map<string, FieldMismatch>();

  constructor(fields: FieldTypes) {
    this.#fields = fields;
  }

  add({ id, metadata }: Pick<SourceDocument, 'id' | 'metadata'>): void {
    for (const [field, type] of Object.entries(this.#fields)) {
      const value = metadata[field];
      if (fitsField(value, type)) continue;
      const known = this.#found.get(field);
      const example = { documentId: id, value: JSON.stringify(value).slice(0, MAX_VALUE) };
      this.#found.set(
        field,
        known === undefined
          ? { field, type, documents: 1, example }
          : { ...known, documents: known.documents + 1 },
      );
    }
  }

  list(): readonly FieldMismatch[] {
    return [...this.#found.values()];
  }
}
