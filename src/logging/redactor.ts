const REDACTED = '[redacted]';
/** Shorter secrets would blank ordinary words; the patterns below still catch them in credentials. */
const MIN_SECRET_CHARS = 6;

const URL_CREDENTIALS = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@"\\]+@/gi;
const BEARER = /\b(Bearer\s+)[^\s"\\]+/gi;

/**
 * Blanks secrets in any text, also in error messages and stacks: each secret as it is, as JSON and URLs escape it, and
 * in base64; also the credentials of any URL and any bearer token.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = [...new Set(secrets.filter(({ length }) => length >= MIN_SECRET_CHARS).flatMap(formsOf))]
    // Longest first: one secret may contain another.
    .sort((a, b) => b.length - a.length);

  return (text) => {
    const plain = forms.reduce((result, form) => result.replaceAll(form, REDACTED), text);
    return plain.replace(URL_CREDENTIALS, `$1${REDACTED}@`).replace(BEARER, `$1${REDACTED}`);
  };
}

function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64');
  return [JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), base64];
}
