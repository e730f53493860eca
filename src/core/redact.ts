/** What stands for a secret. */
const HIDDEN = '(hidden)';

/** User and password of a URL. A password that should have been escaped may hold slashes and more `@`. */
const USER_INFO = /:\/\/[^\s/?#"'<>@:]{0,200}(?::[^\s"'<>]{0,300})?@/g;

/** What names of secrets hold; `token`, but not `tokens` and `tokenizer`; `credentials: ` begins an explanation. */
const NAME =
  'secret|passw(?:or)?d|passphrase|signature|credential(?!s: )|authorization|cookie|(?:api|access|private)[-_]?key|token(?![a-z])|sig(?=["\'\\\\]{0,2}=)';
const SECRET_NAME = new RegExp(NAME, 'i');
/** A secret beside its name, as in headers, queries, JSON, YAML and assignments: `x-api-key: v`, `"apiKey": "v"`. */
const NAMED = new RegExp(
  `((?:${NAME})[\\w-]{0,40}\\\\?["']?[ \\t]{0,3}[=:][ \\t]{0,3})` +
    '(?:\\\\"[^"\\\\]{1,2000}|"[^"]{1,2000}|\'[^\']{1,2000}|(?:(?:bearer|basic) )?[^\\s"\'\\\\&,;<>{}()$][^\\s"\'\\\\&,;<>{}()]{0,2000})',
  'gi',
);
/** Credentials of the Authorization header; a word without a digit is prose. */
const SCHEME = /\b(Bearer|Basic) (?=[^\s\d]{0,100}\d)[\w.~+/=-]{8,2000}/g;
/** Tokens that are known by their beginning: keys of model services, GitHub, Hugging Face, Slack; JSON Web Tokens. */
const KNOWN =
  /\b(?:sk|rk)-[\w-]{16,200}|\bgh[a-z]_\w{20,200}|\bhf_\w{20,100}|\bxox[a-z]-[\w-]{10,200}|\beyJ[\w-]{10,300}\.[\w.-]{0,4000}/g;
const PRIVATE_KEY = /(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----)[^-]{1,20000}/g;

/** Keys in the query of an address whose names say less: `?key=v`, `&auth=v`, `&code=v`. */
const QUERY_KEY = /([?&][\w.-]{0,40}(?:key|auth|pass|pwd|code)=)[^\s&#"'<>\\]{1,2000}/gi;
/** The query and fragment of an address. */
const QUERY = /([?#])[^\s"'<>]{1,5000}/;

/**
 * The text without what would let its reader act as somebody else, and without what `JSON.parse` quotes of its input:
 * for errors and logs, which may repeat addresses, headers, settings and files. The one place where this is decided.
 */
export function redact(text: string): string {
  return withoutQuotedJson(text)
    .replace(USER_INFO, `://${HIDDEN}@`)
    .replace(SCHEME, `$1 ${HIDDEN}`)
    .replace(NAMED, `$1${HIDDEN}`)
    .replace(QUERY_KEY, `$1${HIDDEN}`)
    .replace(KNOWN, HIDDEN)
    .replace(PRIVATE_KEY, `$1${HIDDEN}`);
}

/** The address of a service without user, password, query and fragment, whatever their names. */
export const redactAddress = (address: string): string => redact(address).replace(QUERY, `$1${HIDDEN}`);

/** Whether {@link redactAddress} has taken something out of the text. */
export const isRedacted = (text: string): boolean => text.includes(HIDDEN);

/** A value of JSON with every text {@link redact}ed, names included. Other objects stay as they are. */
export function redactTexts(value: unknown): unknown {
  return mapped(value, (text) => redact(text), redactTexts);
}

/** A setting as it may be shown: also without values whose name says that they are secret, and those of headers. */
export function redactSetting(value: unknown, name: string): unknown {
  if (isSecretName(name)) return value === undefined || value === null ? value : HIDDEN;
  const isHeaders = /headers$/i.test(name);
  return mapped(
    value,
    (text) => (isHeaders ? HIDDEN : redact(text)),
    (inner, key) => redactSetting(inner, isHeaders ? 'secret' : (key ?? name)),
  );
}

/** Whether the value of a setting with this name is not to be shown. */
export const isSecretName = (name: string): boolean => SECRET_NAME.test(name) || /key$/i.test(name);

function mapped(
  value: unknown,
  ofText: (text: string) => unknown,
  ofInner: (inner: unknown, key?: string) => unknown,
): unknown {
  if (typeof value === 'string') return ofText(value);
  if (Array.isArray(value)) return value.map((inner) => ofInner(inner));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, ofInner(inner, key)]));
}

/** `Unexpected token 'x', "...text..." is not valid JSON` without the text. */
function withoutQuotedJson(text: string): string {
  const end = text.lastIndexOf(' is not valid JSON');
  const begin = text.indexOf("Unexpected token '");
  const quote = begin < 0 ? -1 : text.indexOf("', ", begin + "Unexpected token '".length + 1);
  return quote < 0 || quote > end ? text : `${text.slice(0, quote + 1)}${text.slice(end)}`;
}
