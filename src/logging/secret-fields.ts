/** Fields whose value is never logged, at any depth. */
const SECRET_FIELD = /"(?:authorization|cookie|api_?key|password)":/gi;

/** Blanks the values of secret fields in a line of JSON, of any type. */
export function withoutSecretFields(json: string): string {
  let result = '';
  let done = 0;
  for (const { 0: field, index } of json.matchAll(SECRET_FIELD)) {
    if (index < done) continue; // Inside a value that is blanked as a whole.
    const value = index + field.length;
    result += `${json.slice(done, value)}"[redacted]"`;
    done = endOfValue(json, value);
  }
  return done === 0 ? json : result + json.slice(done);
}

/** The index after the value that starts at `start`, in JSON without white space. */
function endOfValue(json: string, start: number): number {
  let depth = 0;
  for (let at = start; at < json.length; at++) {
    const character = json.charAt(at);
    if (character === '"') at = endOfString(json, at);
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    // Numbers, booleans and null end before the next character; other values end with their own last one.
    if (depth < 0 || (depth === 0 && character === ',')) return at;
    if (depth === 0 && '"}]'.includes(character)) return at + 1;
  }
  return json.length;
}

/** The index of the string's closing quote. */
function endOfString(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    if (json[at] === '\\') at++;
    else if (json[at] === '"') return at;
  }
  return json.length;
}
