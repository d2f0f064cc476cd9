import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { RequestHandler } from 'express';
import { VERSION } from '../config/version.js';
import { Doors } from './doors.js';
import { ProblemException } from './problem.exception.js';
import { isProbe } from './route-template.js';

/** The documentation's viewer brings inline styles, and builds its page from HTML strings. It sees no user's data. */
const VIEWER_CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The files that the viewer's page requests; its package holds more (source maps, other builds, its manifest). */
const VIEWER_FILE = /^\/$|^\/(docs\/)?(swagger-ui(-bundle|-init|-standalone-preset)?\.(js|css)|favicon-\d+x\d+\.png)$/;

const METHODS = ['get', 'post', 'patch', 'delete'] as const;

/** Serves `/docs` and `/openapi.json`. The document is built from the controllers at the first request. */
export function setUpApiDocument(app: NestExpressApplication): void {
  app.use('/docs', viewerFilesOnly, viewerPolicy);
  SwaggerModule.setup('docs', app, () => describe(app), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
  });
}

const viewerFilesOnly: RequestHandler = ({ path }, _response, next) => {
  if (VIEWER_FILE.test(path)) next();
  else next(new ProblemException({ status: 404, code: 'not_found', detail: 'There is no such file.' }));
};

const viewerPolicy: RequestHandler = (_request, response, next) => {
  response.setHeader('Content-Security-Policy', VIEWER_CONTENT_SECURITY_POLICY);
  next();
};

function describe(app: NestExpressApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Rondo')
    .setDescription(
      'A streaming chat service between people and LLM providers. The event stream is described in docs/SSE_EVENTS_SCHEMA.md.',
    )
    .setVersion(VERSION)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .build();
  const document = SwaggerModule.createDocument(app, config);
  closeBodies(document);
  describeGuards(document, app.get(Doors));
  return document;
}

/** Describes how the guards in front of every route refuse; probes may use any host name. */
function describeGuards(document: OpenAPIObject, doors: Doors): void {
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

/** Marks every body as closed: validation refuses unknown fields. */
function closeBodies({ paths, components }: OpenAPIObject): void {
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
