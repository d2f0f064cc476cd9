import type { OpenAPIObject } from '@nestjs/swagger';
import type { Doors } from './doors.js';
import { isProbe } from './route-template.js';

const METHODS = ['get', 'post', 'patch', 'delete'] as const;

/** Describes what the guards of every request answer; probes may come under any host name. */
export function describeGuards(document: OpenAPIObject, doors: Doors): void {
  for (const [path, item] of Object.entries(document.paths)) {
    const content = { ...doors.of({ path }).errorContent };
    for (const { responses } of METHODS.flatMap((method) => item[method] ?? [])) {
      responses['403'] ??= {
        description: '`origin_not_allowed`: pages of this origin may not call.',
        content,
      };
      if (isProbe({ path })) continue;
      responses['421'] ??= { description: '`host_not_allowed`: not a host name of this service.', content };
    }
  }
}

/** Says of every body what validation.pipe.ts does: unknown fields are refused. */
export function closeBodies({ paths, components }: OpenAPIObject): void {
  for (const item of Object.values(paths)) {
    for (const { requestBody } of METHODS.flatMap((method) => item[method] ?? [])) {
      if (requestBody === undefined || '$ref' in requestBody) continue;
      const schema = requestBody.content['application/json']?.schema;
      const name = schema !== undefined && '$ref' in schema ? schema.$ref.split('/').at(-1) : undefined;
      const body = name === undefined ? undefined : components?.schemas?.[name];
      if (body !== undefined && !('$ref' in body)) body.additionalProperties = false;
    }
  }
}
