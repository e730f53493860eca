import { openApiDocument, PROBLEM_STATUSES } from '../src/api/http/openapi.ts';
import { ROUTES } from '../src/api/http/routes.ts';
import { MADE, type SchemaNode, tableOf, typeOf } from './docs-markdown.ts';

interface Content {
  readonly schema: ApiNode;
  readonly 'x-events'?: Readonly<Record<string, ApiNode>>;
}
interface Operation {
  readonly summary: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly required: boolean;
    readonly schema: ApiNode;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, Content>> }>>;
}
interface ApiNode extends Omit<SchemaNode, 'properties'> {
  readonly $ref?: string;
  readonly items?: ApiNode;
  readonly maxItems?: number;
  readonly maxLength?: number;
  readonly oneOf?: readonly ApiNode[];
  readonly 'x-limits'?: Readonly<Record<string, number>>;
  readonly properties?: Readonly<Record<string, ApiNode>>;
}
interface ApiDocument {
  readonly info: { readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, ApiNode>> };
}

/** Every route with its input and output, and every schema once, from the OpenAPI document. */
export function httpApiReference(): string {
  const { info, paths, components } = openApiDocument() as ApiDocument;
  const routes = ROUTES.map(({ method, path }) => routeSection(method, path, paths[path]![method]!));
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) => `### ${name}\n\n${fieldsOf(schema)}`,
  );
  const problems = Object.entries(PROBLEM_STATUSES).map(([status, meaning]) => [status, meaning]);
  return `${MADE}

# HTTP API

Every API serves this description as OpenAPI 3.1 at \`GET /openapi.json\`. It is generated from the schemas that validate requests. Bodies are JSON; unknown fields are rejected. Each response has an \`X-Request-Id\`, which logs and error responses include. How to serve the API: [guide](../guide/serve.md).

${routes.join('\n\n')}

## Limits

${info.description.split('\n\n').slice(1).join('\n\n')} Limits of individual fields are in the tables below.

## Error responses

Every response other than 200 is a problem (\`application/problem+json\`, RFC 9457) with a \`code\` and, if the caller can correct the error, a \`remedy\`. 429 and 503 have \`Retry-After\`. The status of a stream cannot change after it has started, so the stream reports an error in its last event, \`error\`.

${tableOf(['status', 'meaning'], problems)}

## Schemas

\`?\` marks an optional field, \`[]\` a list.

${schemas.join('\n\n')}
`;
}

function routeSection(method: string, path: string, operation: Operation): string {
  const lines = [`## ${method.toUpperCase()} ${path}`, operation.summary];
  const body = operation.requestBody?.content['application/json']?.schema;
  if (body !== undefined) lines.push(`Takes ${linkTo(body)}.`);
  if (operation.parameters !== undefined)
    lines.push(
      tableOf(
        ['parameter', 'type', 'meaning'],
        operation.parameters.map(({ name, required, schema }) => [
          `\`${name}${required ? '' : '?'}\``,
          shownType(schema),
          schema.description ?? '',
        ]),
      ),
    );
  for (const [type, content] of Object.entries(operation.responses['200']!.content)) {
    const events = content['x-events'];
    if (events !== undefined)
      lines.push(
        `Gives \`${type}\`: ${Object.entries(events)
          .map(([event, schema]) => `\`${event}\` (${linkTo(schema)})`)
          .join(', ')}.`,
      );
    else if (content.schema.$ref !== undefined) lines.push(`Gives ${linkTo(content.schema)}.`);
  }
  return lines.join('\n\n');
}

const nameOf = (reference: string): string => reference.split('/').at(-1)!;
const linkTo = ({ $ref = '' }: ApiNode): string => `[${nameOf($ref)}](#${nameOf($ref).toLowerCase()})`;

/** By name of a filter limit: the noun to print after its number, if it differs from the name. */
const FILTER_WORDS: Readonly<Record<string, string>> = { depth: 'levels' };

function fieldsOf(schema: ApiNode): string {
  const { oneOf, description, 'x-limits': limits = {} } = schema;
  if (oneOf !== undefined) {
    const most = Object.entries(limits).map(([name, limit]) => `${limit} ${FILTER_WORDS[name] ?? name}`);
    const forms = oneOf.map(
      ({ properties = {} }) =>
        `- ${Object.entries(properties)
          .map(
            ([name, node]) =>
              `\`${name}\`: ${node.items?.$ref === undefined ? '' : 'a list of '}${shownType(node)}`,
          )
          .join('; ')}`,
    );
    return `${description} A filter has at most ${most.join(', ')}.\n\n${forms.join('\n')}`;
  }
  const rows = leavesOf(schema).map(({ name, node }) => [
    `\`${name}\``,
    shownType(node),
    node.description ?? '',
  ]);
  return tableOf(['field', 'type', 'meaning'], rows);
}

/** Fields of an object, including those of inline objects. */
function leavesOf(
  { properties = {}, required = [] }: ApiNode,
  prefix = '',
): { name: string; node: ApiNode }[] {
  return Object.entries(properties).flatMap(([key, node]) => {
    const name = `${prefix}${key}${required.includes(key) ? '' : '?'}${node.items === undefined ? '' : '[]'}`;
    const inner = node.items ?? node;
    return inner.properties === undefined ? [{ name, node }] : leavesOf(inner, `${name}.`);
  });
}

function shownType(node: ApiNode): string {
  const most = node.maxItems === undefined ? '' : `, at most ${node.maxItems} items`;
  if (node.items !== undefined) return shownType(node.items) + most;
  if (node.$ref !== undefined) return linkTo(node);
  const length = node.maxLength === undefined ? '' : `, at most ${node.maxLength} characters`;
  return typeOf(node as SchemaNode) + length;
}
