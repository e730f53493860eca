import type { Engine } from '../../api/service/index.ts';
import { apiHandler, type Handler, streamingHandler } from './lambda.ts';
import { ready } from './platform.ts';
import { functionService } from './service.ts';
import { generating, retrieving, warmingUp } from './steps.ts';

/** `/retrieve`, `/retrieve-mock`, and the state machine's first step. */
export async function retrieveHandler(engine: Engine): Promise<Handler> {
  const service = await functionService(engine);
  service.openAhead();
  const handler = apiHandler(
    {
      refused: (error, context) => service.refused(error, context),
      retrieve: (request, context) => service.retrieve(request, context),
      retrieveMock: (request, context) => service.retrieveMock(request, context),
    },
    { retrieve: retrieving(service), 'warm-up': warmingUp(service) },
  );
  ready();
  return handler;
}

/** `/generate`, and the state machine's second step. */
export async function generateHandler(engine: Engine): Promise<Handler> {
  const service = await functionService(engine);
  const handler = apiHandler(
    {
      refused: (error, context) => service.refused(error, context),
      generate: (request, context) => service.generate(request, context),
    },
    { generate: generating(service), 'warm-up': warmingUp(service) },
  );
  ready();
  return handler;
}

/** `/query/stream`: retrieval and generation in one function, each event sent as it is produced. */
export async function streamHandler(engine: Engine): Promise<Handler> {
  const service = await functionService(engine);
  service.openAhead();
  const handler = streamingHandler(
    {
      refused: (error, context) => service.refused(error, context),
      stream: (request, context) => service.stream(request, context),
    },
    { 'warm-up': warmingUp(service) },
  );
  ready();
  return handler;
}
