import { baselineService } from '../baseline-service.ts';
import { functionSettings } from '../environment.ts';
import { apiHandler } from '../lambda.ts';
import { platformParts, ready } from '../platform.ts';

const settings = functionSettings();

/** `/query` through the state machine, and what every deployment tells of itself. */
export const handler = apiHandler(baselineService(settings, await platformParts(settings)));
ready();
