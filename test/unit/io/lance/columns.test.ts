import * as arrow from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tableOf } from '../../../../src/io/lance/index.ts';

const { Field, Schema, Utf8 } = arrow;
const texts = fc.array(fc.option(fc.string({ unit: 'binary' })), { maxLength: 40 });

/** The values read back from the bytes that the database receives. */
const sent = (schema: arrow.Schema, column: arrow.Data | undefined, values: readonly unknown[]) => {
  const table =
    column === undefined
      ? tableOf(arrow, schema, { text: { values } }, values.length)
      : new arrow.Table(schema, [
          new arrow.RecordBatch(
            schema,
            arrow.makeData({
              type: new arrow.Struct(schema.fields),
              length: values.length,
              children: [column],
            }),
          ),
        ]);
  const column0 = arrow.tableFromIPC(arrow.tableToIPC(table)).getChild('text')!;
  return { values: [...column0], nulls: column0.nullCount };
};

describe('a column of texts', () => {
  it("equals the column that Arrow's builder creates, including nulls, empty texts and lone surrogates", () => {
    const schema = new Schema([new Field('text', new Utf8(), true)]);
    fc.assert(
      fc.property(texts, (values) => {
        const expected = arrow.vectorFromArray(['', ...values], new Utf8()).data[0]!;
        expect(sent(schema, undefined, ['', ...values])).toEqual(sent(schema, expected, ['', ...values]));
      }),
    );
    const lone = ['a\ud800', '\udc00b', null, '', '가😀'];
    expect(sent(schema, undefined, lone)).toEqual({ values: ['a�', '�b', null, '', '가😀'], nulls: 1 });
  });
});
