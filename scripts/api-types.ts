/**
 * Types of a client, made by openapi-typescript from the OpenAPI document as anyone would make them: what
 * test/e2e/api-client.test.ts is written against. `npm run check` makes them anew and checks the test with them.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import { openApiDocument } from '../src/api/http/openapi.ts';

const nodes = await openapiTS(JSON.stringify(openApiDocument()));
writeFileSync(join(import.meta.dirname, '..', 'test', 'support', 'api-types.ts'), astToString(nodes));
