import { tokenAuthorizer } from './token-authorizer.ts';

/** Entry point for Lambda. */
export const handler = tokenAuthorizer(process.env);
