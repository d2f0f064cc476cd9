import { Transform } from 'class-transformer';

const DIGITS = /^\d{1,9}$/;

/** For a whole number in a query, where everything is text. What is not plain digits (`1e2`, `0x10`) stays text. */
export function QueryInteger(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && DIGITS.test(value) ? Number(value) : value,
  );
}
