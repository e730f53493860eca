import { baselineService } from '../baseline-service.ts';
import { functionSettings } from '../environment.ts';
import { apiHandler } from '../lambda.ts';
import { platformParts, ready } from '../platform.ts';

const settings = functionSettings();

/** Handles `/query` through the state machine, and the routes that describe the deployment. */
export const handler = apiHandler(await baselineService(settings, await platformParts(settings)));
ready();
