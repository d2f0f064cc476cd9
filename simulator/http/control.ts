import { parseFault } from '../faults/parse-fault.js';
import { parseSettings } from './parse-settings.js';
import { sendPlain } from './plain-reply.js';
import { parseJson, readBody } from './read-body.js';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PlainReply } from '../dialects/dialect.js';
import type { ProviderHandle } from '../provider-handle.js';

/**
 * The HTTP control of one provider. `path` comes without its prefix: `/faults` (GET, POST a fault or a list, DELETE),
 * `/requests` (GET, DELETE), `/settings` (GET, PATCH), and the empty one (GET: an overview).
 */
export async function handleControl(
  provider: ProviderHandle,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    sendPlain(response, await control(provider, `${request.method ?? ''} ${path.replace(/\/$/, '')}`, request));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!response.headersSent) sendPlain(response, { status: 400, body: { error: message } });
  }
}

const NO_CONTENT: PlainReply = { status: 204, body: '' };

async function control(provider: ProviderHandle, call: string, request: IncomingMessage): Promise<PlainReply> {
  switch (call) {
    case 'GET ': {
      const { name, url, baseUrl, refusing, settings } = provider;
      return ok({
        name,
        url,
        baseUrl,
        refusing,
        running: provider.running(),
        settings: hideKey(settings),
        faults: provider.faults(),
      });
    }
    case 'GET /faults':
      return ok({ faults: provider.faults(), refusing: provider.refusing });
    case 'POST /faults': {
      const value = parseJson(await readBody(request));
      const list: readonly unknown[] = Array.isArray(value) ? value : [value];
      // All are checked before the first takes effect.
      for (const spec of list.map(parseFault)) await provider.fault(spec);
      return NO_CONTENT;
    }
    case 'DELETE /faults':
      await provider.clear();
      return NO_CONTENT;
    case 'GET /requests':
      return ok({ requests: provider.requests() });
    case 'DELETE /requests':
      provider.forgetRequests();
      return NO_CONTENT;
    case 'GET /settings':
      return ok({ settings: hideKey(provider.settings) });
    case 'PATCH /settings':
      provider.configure(parseSettings(parseJson(await readBody(request))));
      return NO_CONTENT;
    default:
      return { status: 404, body: { error: `no such control: ${call}` } };
  }
}

function ok(body: Record<string, unknown>): PlainReply {
  return { status: 200, body };
}

function hideKey(settings: ProviderHandle['settings']): object {
  return { ...settings, expectedKey: settings.expectedKey === null ? null : '***' };
}
