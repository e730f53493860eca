/**
 * Generates client types from the OpenAPI document with openapi-typescript, as any user would.
 * test/e2e/api-client.test.ts is written against them; `npm run check` regenerates them and type-checks the
 * test.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import { openApiDocument } from '../src/api/http/openapi.ts';

const nodes = await openapiTS(JSON.stringify(openApiDocument()));
writeFileSync(join(import.meta.dirname, '..', 'test', 'support', 'api-types.ts'), astToString(nodes));
