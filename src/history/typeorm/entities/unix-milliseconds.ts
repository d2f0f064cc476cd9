import type { ColumnOptions } from 'typeorm';

/** A column of integer milliseconds UTC: some databases hand 64-bit integers out as strings. */
export const unixMilliseconds = {
  type: 'bigint',
  transformer: {
    to: (value: number | null | undefined) => value,
    from: (value: number | string | null) => (value === null ? null : Number(value)),
  },
} as const satisfies ColumnOptions;
