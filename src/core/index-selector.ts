/** The parts of an index selector, `KIND` or `KIND@VERSION`. The kind may be empty or unknown: callers check it. */
export function parseIndexSelector(selector: string): { readonly kind: string; readonly version?: string } {
  const at = selector.indexOf('@');
  return at < 0 ? { kind: selector } : { kind: selector.slice(0, at), version: selector.slice(at + 1) };
}
