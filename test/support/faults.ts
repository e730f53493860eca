/** A fault that a test server injects into one request; streams fail after `after` tokens. */
export type Fault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly type?: string;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Never answers. */
  | { readonly kind: 'silence' }
  /** Closes the connection without an answer. */
  | { readonly kind: 'hang-up' }
  | { readonly kind: 'exception'; readonly type: string; readonly message: string; readonly after: number }
  | { readonly kind: 'disconnect'; readonly after: number }
  /** Ends the answer cleanly, but too early. */
  | { readonly kind: 'early-end'; readonly after: number }
  | { readonly kind: 'corrupt'; readonly after: number }
  /** Sends no more, but keeps the connection. */
  | { readonly kind: 'stall'; readonly after: number }
  /** Answers 200 with this body. */
  | { readonly kind: 'body'; readonly body: string; readonly contentType?: string };

/** The answer of a test model. */
export interface ScriptedAnswer {
  readonly tokens: readonly string[];
  readonly stopReason: string;
  readonly usage?: { readonly inputTokens: number; readonly outputTokens: number };
  /** Awaited before each token is sent; receives its index. */
  readonly pace?: (token: number) => Promise<void>;
}

/** A vector that depends only on the text; not of unit length. */
export function fakeVector(text: string, dimensions: number): number[] {
  let state = 0x9e3779b9;
  for (const character of text) state = Math.imul(state ^ character.codePointAt(0)!, 0x85ebca6b) >>> 0;
  return Array.from({ length: dimensions }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}
