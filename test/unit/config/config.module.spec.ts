import { describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { APP_CONFIG, type AppConfig } from '../../../src/config/app-config.js';
import { ConfigModule } from '../../../src/config/config.module.js';
import { loadConfig } from '../../../src/config/environment.js';

describe('ConfigModule', () => {
  it('gives out the configuration it is handed instead of reading the environment', async () => {
    const config = loadConfig({ RONDO_ENV_FILE: '', GROQ_API_KEY: 'k', PORT: '4711' });
    const app = await Test.createTestingModule({ imports: [ConfigModule.forRoot(config)] }).compile();
    expect(app.get<AppConfig>(APP_CONFIG)).toBe(config);
    await app.close();
  });

  it('can be overridden by its token', async () => {
    const config = loadConfig({ RONDO_ENV_FILE: '', GROQ_API_KEY: 'k' });
    const builder = Test.createTestingModule({ imports: [ConfigModule] })
      .overrideProvider(APP_CONFIG)
      .useValue(config);
    const app = await builder.compile();
    expect(app.get<AppConfig>(APP_CONFIG)).toBe(config);
    await app.close();
  });
});
