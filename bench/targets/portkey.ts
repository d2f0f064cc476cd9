import { missingPackage, peerFile, peerVersion } from './peers.js';
import { startServer } from './start-server.js';
import { OPENAI_QUESTION, type Target } from './target.js';

export const PORTKEY: Target = {
  name: 'portkey',
  description: `Portkey AI Gateway ${peerVersion('@portkey-ai/gateway')} with @hono/node-server ${peerVersion('@hono/node-server')}; keeps nothing`,
  absence: () => missingPackage('@portkey-ai/gateway'),
  start: (surroundings) =>
    startServer(surroundings, {
      name: 'portkey',
      script: peerFile('node_modules/@portkey-ai/gateway/build/start-server.js'),
      args: (port) => ['--headless', `--port=${port}`],
      env: {},
      question: {
        ...OPENAI_QUESTION,
        headers: {
          ...OPENAI_QUESTION.headers,
          'x-portkey-provider': 'openai',
          'x-portkey-custom-host': `http://127.0.0.1:${surroundings.upstreamPort}/v1`,
        },
      },
    }),
};
