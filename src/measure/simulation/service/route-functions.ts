/** A function of a route. A test verifies that it matches the build's manifest and the state machine. */
export interface RouteFunction {
  readonly name: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
}

/** Functions of each route: the one that the gateway invokes, then the steps that it waits for. */
export const ROUTE_FUNCTIONS: Readonly<Record<'retrieve' | 'query', readonly RouteFunction[]>> = {
  retrieve: [{ name: 'retrieve', memoryMb: 1_769, timeoutMs: 15_000 }],
  query: [
    { name: 'baseline', memoryMb: 512, timeoutMs: 29_000 },
    { name: 'retrieve', memoryMb: 1_769, timeoutMs: 6_000 },
    { name: 'generate', memoryMb: 512, timeoutMs: 22_000 },
  ],
};
