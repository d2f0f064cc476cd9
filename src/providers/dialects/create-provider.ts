import type { ClocksConfig, Dialect as DialectName, ProviderConfig, ProxyConfig } from '../../config/app-config.js';
import type { ChatProvider } from '../chat-provider.js';
import { ConnectionPool } from '../upstream/connection-pool.js';
import type { FrameTicker } from '../upstream/frame-ticker.js';
import { deepseek } from './deepseek.js';
import type { Dialect } from './dialect.js';
import { DialectProvider } from './dialect-provider.js';
import { groq } from './groq.js';
import { mistral } from './mistral.js';
import { openaiCompatible } from './openai-compatible.js';

const DIALECTS: Readonly<Record<DialectName, Dialect>> = { groq, mistral, deepseek, openai: openaiCompatible };

export interface ProviderOptions {
  clocks: ClocksConfig;
  proxy: ProxyConfig;
  frames: FrameTicker;
  /** Certificates to trust instead of the system's, PEM. */
  ca?: string | Buffer;
}

/** A configured provider with connections of its own; `close` cuts off what still runs. */
export function createProvider(
  config: ProviderConfig,
  { clocks, proxy, frames, ca }: ProviderOptions,
): ChatProvider & { close(): Promise<void> } {
  const pool = new ConnectionPool(new URL(config.baseUrl).origin, {
    connectMs: clocks.connectMs,
    proxy,
    ...(ca === undefined ? {} : { ca }),
  });
  return new DialectProvider(config, DIALECTS[config.dialect], { ...clocks, frames }, pool);
}
