import { describe, expect, it } from '@jest/globals';
import { askProvider } from '../../../support/ask-provider.js';
import { refuse, useRefusingServer, type Refused } from '../../../support/refusing-server.js';

const { refuseWith, requests, provider } = useRefusingServer();

describe('an address for continuing that a gateway lacks', () => {
  const pathsOf = (list: readonly string[]) => list.map((request) => request.split(' ')[1]);
  const partial = 'The tide comes';
  const both = ['/beta/chat/completions', '/chat/completions'];

  it.each<[string, Refused]>([
    ['404', [404, JSON.stringify({ error: { message: 'Not Found' } })]],
    ['404 with a page', [404, '<html>404</html>']],
    ['405', [405, '']],
    ['401', [401, JSON.stringify({ error: { message: 'no', code: 'invalid_api_key' } })]],
    ['400', refuse('prefix is not supported')],
    ['a redirect', [307, '']],
  ])('is done without, in the same attempt and from then on: %s', async (_, refusal) => {
    refuseWith(refusal);
    const asked = provider({ dialect: 'deepseek' });
    expect((await askProvider(asked, { partial })).text).toBe('ok');
    expect((await askProvider(asked, { partial })).text).toBe('ok');
    expect(pathsOf(requests())).toEqual([...both, '/chat/completions']);
    expect(requests()[1]).not.toContain('"prefix"');
    expect(requests()[1]).toContain('"thinking":{"type":"disabled"}');
  });

  it('is not blamed for what the conversation is', async () => {
    refuseWith(refuse('Content Exists Risk'));
    const { failure } = await askProvider(provider({ dialect: 'deepseek' }), { partial });
    expect(failure).toMatchObject({ kind: 'caller', code: 'content_filtered' });
    expect(pathsOf(requests())).toEqual(['/beta/chat/completions']);
  });

  it('says nothing of the provider, which may be refused at its usual address', async () => {
    refuseWith([404, ''], [503, '']);
    const { failure } = await askProvider(provider({ dialect: 'deepseek' }), { partial });
    expect(failure).toMatchObject({ kind: 'server', unusable: false, suspect: false });
    expect(pathsOf(requests())).toEqual(both);
  });
});
