/** The replacement for a secret. */
const HIDDEN = '(hidden)';

/** User and password of a URL. An unescaped password may contain slashes and more `@`. */
const USER_INFO = /:\/\/[^\s/?#"'<>@:]{0,200}(?::[^\s"'<>]{0,300})?@/g;

/** Matches parts of the names of secrets, but not `tokens`, `tokenizer` or `credentials: ` before prose. */
const NAME =
  'secret|passw(?:or)?d|passphrase|signature|credential(?!s: )|authorization|cookie|(?:api|access|private)[-_]?key|token(?![a-z])|sig(?=["\'\\\\]{0,2}=)';
const SECRET_NAME = new RegExp(NAME, 'i');
/** A secret after its name, as in headers, queries, JSON, YAML and assignments: `x-api-key: v`, `"apiKey": "v"`. */
const NAMED = new RegExp(
  `((?:${NAME})[\\w-]{0,40}\\\\?["']?[ \\t]{0,3}[=:][ \\t]{0,3})` +
    '(?:\\\\"[^"\\\\]{1,2000}|"[^"]{1,2000}|\'[^\']{1,2000}|(?:(?:bearer|basic) )?[^\\s"\'\\\\&,;<>{}()$][^\\s"\'\\\\&,;<>{}()]{0,2000})',
  'gi',
);
/** Credentials of an Authorization header. A word without a digit is considered prose. */
const SCHEME = /\b(Bearer|Basic) (?=[^\s\d]{0,100}\d)[\w.~+/=-]{8,2000}/g;
/** Tokens with a known prefix: keys of model services, GitHub, Hugging Face, Slack; JSON Web Tokens. */
const KNOWN =
  /\b(?:sk|rk)-[\w-]{16,200}|\bgh[a-z]_\w{20,200}|\bhf_\w{20,100}|\bxox[a-z]-[\w-]{10,200}|\beyJ[\w-]{10,300}\.[\w.-]{0,4000}/g;
const PRIVATE_KEY = /(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----)[^-]{1,20000}/g;

/** Secrets with less specific names in the query of a URL: `?key=v`, `&auth=v`, `&code=v`. */
const QUERY_KEY = /([?&][\w.-]{0,40}(?:key|auth|pass|pwd|code)=)[^\s&#"'<>\\]{1,2000}/gi;
/** The query and fragment of a URL. */
const QUERY = /([?#])[^\s"'<>]{1,5000}/;

/**
 * Removes credentials, and the input that `JSON.parse` quotes in its messages, from a text: for errors and logs, which
 * may repeat URLs, headers, settings and files. All redaction rules are here.
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

/** The URL of a service without user, password, query and fragment. */
export const redactAddress = (address: string): string => redact(address).replace(QUERY, `$1${HIDDEN}`);

/** Whether {@link redactAddress} removed something from the text. */
export const isRedacted = (text: string): boolean => text.includes(HIDDEN);

/** A JSON value with all its strings {@link redact}ed. Objects that are not plain are returned unchanged. */
export function redactTexts(value: unknown): unknown {
  return mapped(value, (text) => redact(text), redactTexts);
}

/** Makes a setting safe to show: redacts strings, and hides the values of headers and of secret names. */
export function redactSetting(value: unknown, name: string): unknown {
  if (isSecretName(name)) return value === undefined || value === null ? value : HIDDEN;
  const isHeaders = /headers$/i.test(name);
  return mapped(
    value,
    (text) => (isHeaders ? HIDDEN : redact(text)),
    (inner, key) => redactSetting(inner, isHeaders ? 'secret' : (key ?? name)),
  );
}

/** Whether a setting with this name is secret. */
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

/** Removes the text from `Unexpected token 'x', "...text..." is not valid JSON`. */
function withoutQuotedJson(text: string): string {
  const end = text.lastIndexOf(' is not valid JSON');
  const begin = text.indexOf("Unexpected token '");
  const quote = begin < 0 ? -1 : text.indexOf("', ", begin + "Unexpected token '".length + 1);
  return quote < 0 || quote > end ? text : `${text.slice(0, quote + 1)}${text.slice(end)}`;
}
