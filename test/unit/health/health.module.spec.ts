import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HealthModule } from '../../../src/health/health.module.js';
import { Lifecycle } from '../../../src/lifecycle/lifecycle.js';
import { poll, startHttpApp, type HttpApp } from '../../support/http-app.js';

describe('health over the real history and providers', () => {
  let app: HttpApp;

  beforeEach(async () => {
    const env = { MISTRAL_API_KEY: 'mistral-key-of-a-test' };
    app = await startHttpApp({ imports: [HealthModule] }, env);
    app.nest.get(Lifecycle).markReady();
  });

  afterEach(() => app.close());

  it('is ok and names the configured providers', async () => {
    const answer = await app.call('/health');
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ status: 'ok', active_providers: ['groq', 'mistral'], provider_count: 2 });
  });

  it('notices that the database was closed', async () => {
    await app.nest.get(DataSource).destroy();
    await poll(async () => ((await app.call('/health/ready')).status === 503 ? true : undefined));
    const answer = await app.call('/health');
    expect(answer.status).toBe(503);
    expect(answer.json()).toMatchObject({ status: 'error', error: { database: { status: 'down' } } });
    expect((await app.call('/health/live')).status).toBe(200);
  });
});
