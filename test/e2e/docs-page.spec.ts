import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../support/app.js';
import { call } from '../support/http-app.js';

let service: RunningApp;
beforeAll(async () => (service = await startApp()));
afterAll(() => service.close());

describe('the documentation', () => {
  it('is a page whose own policy lets it load everything that it asks for, and nothing from elsewhere', async () => {
    const page = await call(`${service.url}/docs`);
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain('require-trusted-types-for');
    expect(page.text).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>\s*\S/);
    expect(page.text).not.toMatch(/\son\w+=/);
    const assets = [...page.text.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, asset = '']) => asset);
    expect(assets.length).toBeGreaterThan(3);
    for (const asset of assets) {
      const { origin, href } = new URL(asset, `${service.url}/docs`);
      expect(origin).toBe(new URL(service.url).origin);
      expect([asset, (await call(href)).status]).toEqual([asset, 200]);
    }
  });

  it('serves nothing of its package but that', async () => {
    const files = ['package.json', 'README.md', 'index.html', 'swagger-ui-bundle.js.map', 'swagger-ui.css.map'];
    for (const file of [...files, 'swagger-ui-es-bundle.js', 'oauth2-redirect.html', 'log.bundle-sizes.swagger-ui.txt'])
      expect([file, (await call(`${service.url}/docs/${file}`)).status]).toEqual([file, 404]);
  });

  it('relaxes the policy of no other page', async () => {
    for (const at of ['/', '/openapi.json', '/docsx', '/health'])
      expect((await call(`${service.url}${at}`)).headers['content-security-policy']).toContain("trusted-types 'none'");
  });
});
