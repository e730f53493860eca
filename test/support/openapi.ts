import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { openApiDocument } from '../../src/api/http/openapi.ts';

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: object }>> }>
  >;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
}
interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** Checks what a server says against the API's own OpenAPI document. */
export class ApiContract {
  readonly document: Document;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #compiled = new Map<object, ValidateFunction>();

  constructor(document: object = openApiDocument()) {
    this.document = document as Document;
  }

  /** What is wrong with a body under a component's schema; empty = nothing. */
  againstSchema(name: string, body: unknown): string[] {
    return this.#errors(this.document.components.schemas[name]!, body);
  }

  /** What is wrong with a response: undeclared status or media type, or a body that is none of its schema's. */
  responseErrors(
    method: string,
    path: string,
    response: { readonly status: number; readonly type: string; readonly body: string },
  ): string[] {
    const operation = this.document.paths[path]?.[method.toLowerCase()];
    const type = response.type.split(';', 1)[0] ?? '';
    // Of a route or a method that is not there only the problem is known.
    const isNowhere = operation === undefined && type === 'application/problem+json';
    const schema = isNowhere
      ? this.document.components.schemas.Problem
      : operation?.responses[String(response.status)]?.content[type]?.schema;
    if (schema === undefined) return [`${method} ${path} declares no ${response.status} ${type}`];
    if (type === 'text/event-stream') return [];
    let body: unknown;
    try {
      body = JSON.parse(response.body);
    } catch {
      return ['the body is not JSON'];
    }
    const errors = this.#errors(schema, body);
    const isTold = response.status < 400 || (body as { status?: unknown }).status === response.status;
    return isTold ? errors : [...errors, 'the problem tells another status'];
  }

  #errors(schema: object, body: unknown): string[] {
    let validate = this.#compiled.get(schema);
    if (validate === undefined) {
      // References are into the document's components, which JSON schema knows by another name.
      const whole = JSON.stringify({ allOf: [schema], $defs: this.document.components.schemas });
      validate = this.#ajv.compile(
        JSON.parse(whole.replaceAll('#/components/schemas/', '#/$defs/')) as object,
      );
      this.#compiled.set(schema, validate);
    }
    if (validate(body)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  }
}
