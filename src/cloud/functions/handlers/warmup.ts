import { functionEnvironment, functionSettings } from '../environment.ts';
import { platformParts } from '../platform.ts';
import { warmUpHandler } from '../warm-up.ts';

const settings = functionSettings();

export const handler = warmUpHandler(settings, functionEnvironment(), await platformParts(settings));
