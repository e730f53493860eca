import { setTimeout as delay } from 'node:timers/promises';

await delay(300);
export const handler = async () => 'started';
