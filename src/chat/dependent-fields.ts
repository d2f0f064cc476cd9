import { ValidateBy } from 'class-validator';

/** A field that may not come together with any of these. */
export function InsteadOf(...others: string[]): PropertyDecorator {
  return ValidateBy({
    name: 'insteadOf',
    validator: {
      validate: (_value, args) => others.every((name) => fieldOf(args?.object, name) == null),
      defaultMessage: () => `$property comes without ${others.join(', ')}`,
    },
  });
}

/** A field that says something about this one. */
export function Needs(other: string): PropertyDecorator {
  return ValidateBy({
    name: 'needs',
    validator: {
      validate: (_value, args) => fieldOf(args?.object, other) != null,
      defaultMessage: () => `$property needs ${other}`,
    },
  });
}

function fieldOf(object: object | undefined, name: string): unknown {
  return new Map(Object.entries(object ?? {})).get(name);
}
