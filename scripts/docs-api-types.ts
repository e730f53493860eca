import openapiTS, { astToString } from 'openapi-typescript';
import { openApiDocument } from '../src/http/openapi.ts';

/** Types of a client, made by openapi-typescript from the OpenAPI document as anyone would make them. */
export async function apiTypes(): Promise<string> {
  const nodes = await openapiTS(JSON.stringify(openApiDocument()));
  return `// Made from the OpenAPI document by \`npm run docs\`; edits are lost.\n${astToString(nodes)}`;
}
