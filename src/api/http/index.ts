export { type AppOptions, createApp } from './app.ts';
export { forbidden, malformedRequest, problemOf, RelayedProblem } from './problem.ts';
export { ROUTES } from './routes.ts';
export { type Problem, problem as problemSchema } from './schemas.ts';
