import { tokenAuthorizer } from './token-authorizer.ts';

/** Lambda's entry. */
export const handler = tokenAuthorizer(process.env);
