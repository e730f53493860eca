import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Protocol buffer fields needed for an ONNX graph (onnx.proto3, IR version 8). */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}
const number = (field: number, value: number): Buffer => Buffer.concat([varint(field * 8), varint(value)]);
const bytes = (field: number, value: Buffer | string): Buffer => {
  const content = Buffer.from(value);
  return Buffer.concat([varint(field * 8 + 2), varint(content.length), content]);
};

const node = (
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: readonly Buffer[] = [],
) =>
  bytes(
    1,
    Buffer.concat([
      ...inputs.map((input) => bytes(1, input)),
      bytes(2, output),
      bytes(4, operator),
      ...attributes.map((attribute) => bytes(5, attribute)),
    ]),
  );

const INTEGER = 2;
const integerAttribute = (name: string, value: number) =>
  Buffer.concat([bytes(1, name), number(3, value), number(20, INTEGER)]);

const FLOAT_TYPE = 1;
const INT64_TYPE = 7;

/** An int64 constant with one dimension. */
function constant(name: string, values: readonly number[]): Buffer {
  const data = Buffer.alloc(values.length * 8);
  for (const [index, value] of values.entries()) data.writeBigInt64LE(BigInt(value), index * 8);
  return bytes(
    5,
    Buffer.concat([number(1, values.length), number(2, INT64_TYPE), bytes(8, name), bytes(9, data)]),
  );
}

/** An input or output of the graph, with its type and named or fixed dimensions. */
function value(field: number, name: string, type: number, dimensions: readonly (string | number)[]): Buffer {
  const shape = dimensions.map((dimension) =>
    bytes(1, typeof dimension === 'number' ? number(1, dimension) : bytes(2, dimension)),
  );
  const tensor = Buffer.concat([number(1, type), bytes(2, Buffer.concat(shape))]);
  return bytes(field, Buffer.concat([bytes(1, name), bytes(2, bytes(1, tensor))]));
}

/**
 * An ONNX model with the inputs of a BERT cross-encoder. Its output is one number: how many pairs of a
 * question token and a passage token are equal, minus 1.5.
 */
function tinyCrossEncoder(): Buffer {
  const float = [integerAttribute('to', FLOAT_TYPE)];
  const graph = Buffer.concat([
    constant('one', [1]),
    constant('first', [1]),
    constant('second', [2]),
    constant('both', [1, 2]),
    constant('three', [3]),
    constant('two', [2]),
    node('Unsqueeze', ['input_ids', 'second'], 'left'),
    node('Unsqueeze', ['input_ids', 'first'], 'right'),
    node('Equal', ['left', 'right'], 'equal'),
    node('Cast', ['equal'], 'equal_float', float),
    node('Sub', ['one', 'token_type_ids'], 'in_question'),
    node('Unsqueeze', ['in_question', 'second'], 'question_rows'),
    node('Unsqueeze', ['token_type_ids', 'first'], 'passage_columns'),
    node('Mul', ['question_rows', 'passage_columns'], 'pairs'),
    node('Cast', ['pairs'], 'pairs_float', float),
    node('Mul', ['equal_float', 'pairs_float'], 'matches'),
    node('ReduceSum', ['matches', 'both'], 'count', [integerAttribute('keepdims', 0)]),
    node('Unsqueeze', ['count', 'one'], 'column'),
    node('Cast', ['three'], 'three_float', float),
    node('Cast', ['two'], 'two_float', float),
    node('Div', ['three_float', 'two_float'], 'bias'),
    node('Sub', ['column', 'bias'], 'logits'),
    bytes(2, 'tiny-cross-encoder'),
    value(11, 'input_ids', INT64_TYPE, ['texts', 'tokens']),
    value(11, 'attention_mask', INT64_TYPE, ['texts', 'tokens']),
    value(11, 'token_type_ids', INT64_TYPE, ['texts', 'tokens']),
    value(12, 'logits', FLOAT_TYPE, ['texts', 1]),
  ]);
  return Buffer.concat([
    number(1, 8),
    bytes(7, graph),
    bytes(8, Buffer.concat([bytes(1, ''), number(2, 13)])),
  ]);
}

/** Writes a model folder for the tiny cross-encoder, with the tokenizer from another BERT model's folder. */
export async function writeTinyCrossEncoder(folder: string, tokenizerFolder: string): Promise<void> {
  await mkdir(join(folder, 'onnx'), { recursive: true });
  for (const file of ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json']) {
    await copyFile(join(tokenizerFolder, file), join(folder, file));
  }
  const config = JSON.parse(await readFile(join(tokenizerFolder, 'config.json'), 'utf8')) as object;
  const labels = {
    architectures: ['BertForSequenceClassification'],
    id2label: { 0: 'LABEL_0' },
    label2id: { LABEL_0: 0 },
  };
  await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, ...labels }));
  await writeFile(join(folder, 'onnx', 'model.onnx'), tinyCrossEncoder());
}
