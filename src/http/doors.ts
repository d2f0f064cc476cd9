import { Injectable } from '@nestjs/common';
import { getSchemaPath } from '@nestjs/swagger';
import type { Request } from 'express';
import { PROBLEM_CONTENT_TYPE, toProblem, type ProblemFields } from '../wire/problem.js';
import type { JsonBounds } from './json-bounds.js';
import { ProblemResponse } from './problem.openapi.js';

/** An error, ready to send. */
export interface ErrorReply {
  readonly status: number;
  readonly contentType: string;
  readonly json: object;
  /** For the log. */
  readonly code: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The conventions of all requests under one path, also of those that no route takes. A room that follows another API's
 * conventions adds a door of its own to {@link Doors}.
 */
export interface Door {
  /** In lower case, without a slash at the end. */
  readonly path: string;
  readonly bounds: JsonBounds;
  /** Whether objects in a body may have names like `toString`; who reads them then takes only names that it knows. */
  readonly anyNames: boolean;
  /** The status where a body is not JSON. */
  readonly notJson: 400 | 415;
  /** How the document of the API describes an error's body. */
  readonly errorContent: Readonly<Record<string, { schema: { $ref: string } }>>;
  errorReply(problem: ProblemFields, requestId: string): ErrorReply;
}

/** Rondo's own conventions: errors are problems by RFC 9457. */
const OWN: Door = {
  path: '',
  // The largest body of these routes has a dozen fields and no list.
  bounds: { namesPerObject: 200, values: 1_000 },
  anyNames: false,
  notJson: 400,
  errorContent: { [PROBLEM_CONTENT_TYPE]: { schema: { $ref: getSchemaPath(ProblemResponse) } } },
  errorReply: (fields, requestId) => {
    const { status, code } = fields;
    return { status, code, contentType: PROBLEM_CONTENT_TYPE, json: toProblem(fields, requestId) };
  },
};

/** Finds the conventions that a request follows. */
@Injectable()
export class Doors {
  readonly #others: Door[] = [];

  add(door: Door): void {
    this.#others.push(door);
  }

  /** Like Express, it ignores the case of paths. */
  of({ path }: Pick<Request, 'path'>): Door {
    const asked = `${path.toLowerCase()}/`;
    return this.#others.find((door) => asked.startsWith(`${door.path}/`)) ?? OWN;
  }
}
