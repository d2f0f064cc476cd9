import { fileURLToPath } from 'node:url';
import { startServer } from './start-server.js';
import type { Target } from './target.js';

export const NAIVE_SSE: Target = {
  name: 'naive-sse',
  description: 'a plain NestJS `@Sse` proxy: `fetch`, one parsed event after the other; keeps nothing',
  absence: () => undefined,
  start: (surroundings) =>
    startServer(surroundings, {
      name: 'naive-sse',
      script: fileURLToPath(new URL('./naive-sse-server.js', import.meta.url)),
      env: { UPSTREAM_PORT: String(surroundings.upstreamPort) },
      question: {
        path: '/naive/stream',
        headers: {},
        body: JSON.stringify({ message: 'What is a rondo? ({{id}})' }),
        dialect: 'rondo',
      },
    }),
};
