/** Whether a UTF-16 unit matches. */
export type UnitTest = (unit: number) => boolean;

/** A node of a parsed glob. A glob is a sequence of nodes. */
export type GlobNode =
  | { readonly kind: 'unit'; readonly test: UnitTest }
  | { readonly kind: 'choice'; readonly options: readonly (readonly GlobNode[])[] }
  /** `most` is 1 or unbounded. */
  | {
      readonly kind: 'repeat';
      readonly of: readonly GlobNode[];
      readonly least: 0 | 1;
      readonly most: 1 | 'any';
    };

export const SLASH = 47;
export const slash: GlobNode = { kind: 'unit', test: (unit) => unit === SLASH };
export const notSlash: GlobNode = { kind: 'unit', test: (unit) => unit !== SLASH };
const any: GlobNode = { kind: 'unit', test: () => true };

export const literal = (text: string): GlobNode[] =>
  Array.from({ length: text.length }, (_, at) => {
    const code = text.charCodeAt(at);
    return { kind: 'unit', test: (unit) => unit === code };
  });

export const repeat = (of: readonly GlobNode[], least: 0 | 1, most: 1 | 'any'): GlobNode => ({
  kind: 'repeat',
  of,
  least,
  most,
});

/** `*` */
export const withinSegment = repeat([notSlash], 0, 'any');
/** A path of any depth with at least one character. */
export const anything = repeat([any], 1, 'any');
/** The folders that a leading or middle `**` with its slash matches. */
export const folders = repeat([repeat([notSlash], 1, 'any'), slash], 0, 'any');
