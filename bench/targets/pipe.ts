import { fileURLToPath } from 'node:url';
import { startServer } from './start-server.js';
import { OPENAI_QUESTION, type Target } from './target.js';

export const PIPE: Target = {
  name: 'pipe',
  description: 'bare Node: `http.createServer`, keep-alive `http.request`, `pipe`; bytes untouched',
  absence: () => undefined,
  start: (surroundings) =>
    startServer(surroundings, {
      name: 'pipe',
      script: fileURLToPath(new URL('./pipe-server.js', import.meta.url)),
      env: { UPSTREAM_PORT: String(surroundings.upstreamPort) },
      question: OPENAI_QUESTION,
    }),
};
