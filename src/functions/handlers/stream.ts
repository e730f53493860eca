import { bucketSnapshots } from '../engines.ts';
import { streamingHandler } from '../lambda.ts';
import { ready } from '../platform.ts';
import { functionService } from '../service.ts';

const service = await functionService(bucketSnapshots());
service.openAhead();

/** `/query/stream`: retrieval and generation in one function, each event sent as it is made. */
export const handler = streamingHandler({ stream: (request, context) => service.stream(request, context) });
ready();
