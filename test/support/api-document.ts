import { Ajv, type AnySchemaObject, type ValidateFunction } from 'ajv';
import type { Answer } from './http-app.js';

interface Content {
  content?: Record<string, { schema: AnySchemaObject }>;
}

export interface Operation {
  operationId?: string;
  summary?: string;
  parameters?: { in: string; name: string; required?: boolean; schema?: AnySchemaObject }[];
  requestBody?: Content;
  responses: Record<string, Content & { description: string }>;
}

export interface ApiDocument {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, AnySchemaObject> };
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** Holds requests and answers against an OpenAPI document. A field that the document does not know is a mistake. */
export class DocumentCheck {
  readonly #ajv = new Ajv({ strict: false, allErrors: true, formats: { 'date-time': RFC_3339 } });
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(private readonly document: ApiDocument) {
    const schemas = structuredClone(document.components.schemas);
    for (const schema of Object.values(schemas)) {
      if (schema['properties'] !== undefined) schema['additionalProperties'] ??= false;
    }
    this.#ajv.addSchema({ $id: 'document', components: { schemas } });
  }

  /** Every operation as `GET /history`. */
  operations(): string[] {
    return Object.entries(this.document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
  }

  operation(name: string): Operation {
    const [method = '', path = ''] = name.split(' ');
    const operation = this.document.paths[path]?.[method.toLowerCase()];
    if (operation === undefined) throw new Error(`the document has no ${name}`);
    return operation;
  }

  /** What is wrong with an answer to an operation; empty where nothing is. */
  flawsOfAnswer(name: string, { status, headers, text }: Answer): string[] {
    const described = this.operation(name).responses[String(status)];
    if (described === undefined) return [`status ${status} is not described`];
    const type = String(headers['content-type'] ?? '').replace(/;.*/, '');
    if (described.content === undefined) return text === '' ? [] : [`a body is not described: ${text}`];
    const schema = described.content[type]?.schema;
    if (schema === undefined) return [`content type ${type} is not described`];
    return this.#flaws(schema, type.endsWith('json') ? (JSON.parse(text) as unknown) : text);
  }

  /** What is wrong with a body that was sent and accepted. */
  flawsOfBody(name: string, body: unknown): string[] {
    const schema = this.operation(name).requestBody?.content?.['application/json']?.schema;
    if (schema === undefined) return body === undefined ? [] : ['a body is not described'];
    return this.#flaws(schema, body);
  }

  #flaws(schema: AnySchemaObject, value: unknown): string[] {
    const key = JSON.stringify(schema);
    // References are to the document's own schemas.
    const own = key.replaceAll('"#/components/', '"document#/components/');
    const validate = this.#compiled.get(key) ?? this.#ajv.compile(JSON.parse(own) as AnySchemaObject);
    this.#compiled.set(key, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      return `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`;
    });
  }
}
