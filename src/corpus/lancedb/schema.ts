import type { Field, Schema } from 'apache-arrow';
import type { CollectionSettings, FieldType, JsonValue } from '../../core/index.ts';
import type { ArrowModule } from '../../io/lance/index.ts';
import { fieldValue } from '../fields.ts';

/**
 * Name of a corpus's only table. It contains both document rows and chunk rows, so that one commit covers
 * both.
 */
export const TABLE = 'chunks';

/** Key, in the table's metadata, of the collection settings with which the table was created. */
export const SETTINGS_KEY = 'srag.settings';

/** Column of a declared metadata field. */
export const fieldColumn = (field: string): string => `field_${field}`;

const PRIMARY_KEY = new Map([['lance-schema:unenforced-primary-key', 'true']]);

/** Columns needed to find and show a chunk. Index tables have the same columns. */
export function chunkFields(arrow: ArrowModule, settings: CollectionSettings): Field[] {
  const { Field, Utf8, Int32 } = arrow;
  const fields: Field[] = [
    // The primary key makes concurrent inserts of the same id conflict instead of duplicating rows.
    new Field('id', new Utf8(), false, PRIMARY_KEY),
    new Field('document_id', new Utf8(), false),
    new Field('ordinal', new Int32(), false),
    new Field('title', new Utf8(), false),
    new Field('text', new Utf8(), false),
    new Field('start', new Int32(), false),
    new Field('end', new Int32(), false),
    new Field('heading_path', new Utf8(), false),
    new Field('metadata', new Utf8(), false),
    new Field('tokens', new Int32(), false),
    new Field('terms', new Utf8(), false),
    new Field('text_hash', new Utf8(), false),
  ];
  for (const [name, type] of Object.entries(settings.fields)) {
    fields.push(new Field(fieldColumn(name), arrowType(arrow, type), true));
  }
  if (settings.dimensions > 0) {
    const item = new Field('item', new arrow.Float32(), true);
    fields.push(new Field('vector', new arrow.FixedSizeList(settings.dimensions, item), true));
  }
  return fields;
}

/** Schema of the corpus table: the columns of chunks, and columns that only document rows use. */
export function corpusSchema(arrow: ArrowModule, settings: CollectionSettings): Schema {
  const { Field, Utf8, Int32, Bool, Schema } = arrow;
  return new Schema(
    [
      ...chunkFields(arrow, settings),
      new Field('is_document', new Bool(), false),
      new Field('source', new Utf8(), false),
      new Field('media_type', new Utf8(), false),
      new Field('content_hash', new Utf8(), false),
      new Field('file_hash', new Utf8(), false),
      new Field('chunk_count', new Int32(), false),
    ],
    new Map([[SETTINGS_KEY, JSON.stringify(settings)]]),
  );
}

/** A declared field's value as stored in its column: booleans are 1 and 0. */
export function cellOf(value: JsonValue | undefined, type: FieldType): JsonValue {
  const checked = fieldValue(value, type);
  return typeof checked === 'boolean' ? Number(checked) : checked;
}

function arrowType(arrow: ArrowModule, type: FieldType) {
  switch (type) {
    case 'number':
      return new arrow.Float64();
    case 'boolean':
      // Booleans are not stored as Bool: Arrow writes no buffer for an all-null Bool column, which LanceDB
      // rejects.
      return new arrow.Int8();
    case 'string[]':
      return new arrow.List(new arrow.Field('item', new arrow.Utf8(), true));
    case 'string':
      return new arrow.Utf8();
  }
}
