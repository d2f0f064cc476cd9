import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020, type AnySchemaObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { AnswerEvent } from '../../src/wire/answer-event.js';

export const EVENT_SCHEMA = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../../docs/answer-event.schema.json'), 'utf8'),
) as AnySchemaObject & { $id: string; $defs: Record<string, AnySchemaObject> };

const CURSOR = /^\d+\.\d+\.\d+$/;
/** An event may follow others of its own place or an earlier one; of all but the first there is one at most. */
const PLACES: Readonly<Record<AnswerEvent['type'], number>> = {
  provider: 0,
  reasoning: 0,
  delta: 0,
  tool_call: 0,
  rate_limited: 0,
  error: 1,
  usage: 2,
  done: 3,
};

const validators = strictValidators();

/** Checks what one stream emits against the published contract, more strictly than clients do: no unknown field passes. */
export class EventCheck {
  #place = 0;

  /**
   * The event of one `data:` line, and of the `id:` line with it.
   * @throws Error that shows the event and what is wrong with it
   */
  read(data: string, cursor: string | undefined): AnswerEvent {
    const event = JSON.parse(data) as AnswerEvent;
    const validate = validators.get(event.type);
    if (validate === undefined) throw new Error(`no event of the schema has this type: ${data}`);
    if (!validate(event)) throw new Error(`${JSON.stringify(validate.errors)} in the event ${data}`);
    if (!data.startsWith('{"type":')) throw new Error(`type is not the first member: ${data}`);
    if (!CURSOR.test(cursor ?? '')) throw new Error(`the cursor ${String(cursor)} is of another shape, with ${data}`);
    const place = PLACES[event.type];
    if (place < this.#place || (place > 0 && place === this.#place)) throw new Error(`comes too late: ${data}`);
    this.#place = place;
    return event;
  }
}

/** One validator per type: `oneOf` would report what is wrong with all of them. */
function strictValidators(): Map<string, ValidateFunction> {
  const closed = Object.entries(EVENT_SCHEMA.$defs).map(([name, schema]) => [
    name,
    schema['type'] === 'object' ? { ...schema, additionalProperties: false } : schema,
  ]);
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  ajv.addSchema({ ...EVENT_SCHEMA, $defs: Object.fromEntries(closed) });
  const names = EVENT_SCHEMA['oneOf'] as { $ref: string }[];
  return new Map(names.map(({ $ref }) => [$ref.slice('#/$defs/'.length), validatorOf(ajv, $ref)]));
}

function validatorOf(ajv: Ajv2020, ref: string): ValidateFunction {
  const validate = ajv.getSchema(EVENT_SCHEMA.$id + ref);
  if (validate === undefined) throw new Error(`the schema has no ${ref}`);
  return validate;
}
