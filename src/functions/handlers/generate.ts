import { bucketSnapshots } from '../engines.ts';
import { apiHandler } from '../lambda.ts';
import { ready } from '../platform.ts';
import { functionService } from '../service.ts';
import { generating } from '../steps.ts';

const service = await functionService(bucketSnapshots());

/** `/generate`, and the state machine's second step. */
export const handler = apiHandler(
  { generate: (request, context) => service.generate(request, context) },
  generating(service),
);
ready();
