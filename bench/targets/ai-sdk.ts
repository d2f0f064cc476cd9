import { missingPackage, peerFile, peerVersion } from './peers.js';
import { startServer } from './start-server.js';
import type { Question, Target } from './target.js';

const QUESTION: Question = {
  path: '/api/chat',
  headers: {},
  body: JSON.stringify({
    id: 'chat-{{id}}',
    messages: [{ id: 'message-{{id}}', role: 'user', parts: [{ type: 'text', text: 'What is a rondo?' }] }],
  }),
  dialect: 'ui-message',
};

export const AI_SDK: Target = {
  name: 'ai-sdk',
  description: `Vercel AI SDK ${peerVersion('ai')} in Express: \`streamText\`, sent as UI messages; keeps nothing`,
  absence: () => missingPackage('ai'),
  start: (surroundings) =>
    startServer(surroundings, {
      name: 'ai-sdk',
      script: peerFile('ai-sdk-server.mjs'),
      env: { UPSTREAM_PORT: String(surroundings.upstreamPort) },
      question: QUESTION,
    }),
};
