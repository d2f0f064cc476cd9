/** Fields that never have a value in the log, wherever they stand. */
const SECRET_FIELD = /"(?:authorization|cookie|api_?key|password)":/gi;

/** Blanks the values of secret fields in a line of JSON, whatever these values are. */
export function withoutSecretFields(json: string): string {
  let result = '';
  let done = 0;
  for (const { 0: field, index } of json.matchAll(SECRET_FIELD)) {
    if (index < done) continue; // Within a value that is blanked as a whole.
    const value = index + field.length;
    result += `${json.slice(done, value)}"[redacted]"`;
    done = endOfValue(json, value);
  }
  return done === 0 ? json : result + json.slice(done);
}

/** Where the value ends that begins at `start`, in JSON without white space. */
function endOfValue(json: string, start: number): number {
  let depth = 0;
  for (let at = start; at < json.length; at++) {
    const character = json.charAt(at);
    if (character === '"') at = endOfString(json, at);
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    // Numbers and the like are ended by what comes behind them, all others by their own last character.
    if (depth < 0 || (depth === 0 && character === ',')) return at;
    if (depth === 0 && '"}]'.includes(character)) return at + 1;
  }
  return json.length;
}

/** Where the string's closing quote is. */
function endOfString(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    if (json[at] === '\\') at++;
    else if (json[at] === '"') return at;
  }
  return json.length;
}
