import { bucketSnapshots } from '../engines.ts';
import { apiHandler } from '../lambda.ts';
import { ready } from '../platform.ts';
import { functionService } from '../service.ts';
import { retrieving } from '../steps.ts';

const service = await functionService(bucketSnapshots());
service.openAhead();

/** `/retrieve`, `/retrieve-mock`, and the state machine's first step. */
export const handler = apiHandler(
  {
    retrieve: (request, context) => service.retrieve(request, context),
    retrieveMock: (request, context) => service.retrieveMock(request, context),
  },
  retrieving(service),
);
ready();
