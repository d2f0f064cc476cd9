// The Vercel AI SDK as its guide for Express shows it: `streamText`, sent as a stream of UI messages. `PORT` is where it
// listens, `UPSTREAM_PORT` where it asks.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { convertToModelMessages, streamText } from 'ai';
import express from 'express';

const { PORT, UPSTREAM_PORT } = process.env;
const provider = createOpenAICompatible({
  name: 'bench',
  baseURL: `http://127.0.0.1:${UPSTREAM_PORT}/v1`,
  apiKey: 'bench',
  includeUsage: true,
});

const app = express();
app.use(express.json());
app.post('/api/chat', async (request, response) => {
  const messages = await convertToModelMessages(request.body.messages);
  streamText({ model: provider('bench-model'), messages }).pipeUIMessageStreamToResponse(response);
});
app.listen({ port: Number(PORT), host: '127.0.0.1', backlog: 4096 });
