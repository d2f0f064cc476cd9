import { handleControl } from './control.js';
import { LoopbackServer } from './loopback-server.js';
import { sendPlain } from './plain-reply.js';
import type { ProviderHandle } from '../provider-handle.js';

/** A port of its own for the control, which still answers while a provider refuses connections: `/<provider>/faults` … */
export async function startControlServer(
  providers: readonly ProviderHandle[],
  host: string,
  port: number,
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = new LoopbackServer(host, (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://simulator');
    const name = pathname.split('/')[1] ?? '';
    const provider = providers.find((candidate) => candidate.name === name);
    if (provider) void handleControl(provider, pathname.slice(1 + name.length), request, response);
    else
      sendPlain(response, {
        status: 404,
        body: { error: `no such provider; there are: ${providers.map((known) => known.name).join(', ')}` },
      });
  });
  await server.listen(port);
  return { url: server.url, close: () => server.stop(true) };
}
