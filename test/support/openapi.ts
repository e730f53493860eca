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

/** Validates responses of a server against the API's own OpenAPI document. */
export class ApiContract {
  readonly document: Document;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #compiled = new Map<object, ValidateFunction>();

  constructor(document: object = openApiDocument()) {
    this.document = document as Document;
  }

  /** How a body violates a component's schema; empty if it is valid. */
  againstSchema(name: string, body: unknown): string[] {
    return this.#errors(this.document.components.schemas[name]!, body);
  }

  /**
   * Violations in a response: an undeclared status or media type, or a body that does not match its schema.
   */
  responseErrors(
    method: string,
    path: string,
    response: { readonly status: number; readonly type: string; readonly body: string },
  ): string[] {
    const operation = this.document.paths[path]?.[method.toLowerCase()];
    const type = response.type.split(';', 1)[0] ?? '';
    // For unknown routes and methods, the document declares only the schema of error responses.
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
    const isSame = response.status < 400 || (body as { status?: unknown }).status === response.status;
    return isSame ? errors : [...errors, 'the status in the problem differs from that of the response'];
  }

  #errors(schema: object, body: unknown): string[] {
    let validate = this.#compiled.get(schema);
    if (validate === undefined) {
      // JSON Schema expects the referenced components under `$defs`.
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
