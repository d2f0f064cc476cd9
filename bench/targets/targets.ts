import { AI_SDK } from './ai-sdk.js';
import { NAIVE_SSE } from './naive-sse.js';
import { NGINX } from './nginx.js';
import { PIPE } from './pipe.js';
import { PORTKEY } from './portkey.js';
import { RONDO } from './rondo.js';
import type { Target } from './target.js';

/** In the order of the report; the first is what all are compared with. */
export const TARGETS: readonly Target[] = [PIPE, RONDO, NGINX, NAIVE_SSE, PORTKEY, AI_SDK];
