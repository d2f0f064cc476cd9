import 'reflect-metadata';
import { Body, Controller, HttpCode, Module, RequestMethod, Sse, type MessageEvent } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { from, type Observable } from 'rxjs';

/**
 * What one writes in an hour: a Nest controller that asks by `fetch`, parses each event and sends it on by `@Sse`. No
 * history, no metrics, no limits, no failover. `PORT` is where it listens, `UPSTREAM_PORT` where it asks.
 */
const { PORT, UPSTREAM_PORT } = process.env;

interface Question {
  message: string;
}

interface Chunk {
  choices: { delta: { content?: string } }[];
}

@Controller('naive')
class NaiveController {
  @HttpCode(200)
  @Sse('stream', { method: RequestMethod.POST })
  stream(@Body() { message }: Question): Observable<MessageEvent> {
    return from(ask(message));
  }
}

async function* ask(message: string): AsyncGenerator<MessageEvent> {
  const response = await fetch(`http://127.0.0.1:${UPSTREAM_PORT}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer bench' },
    body: JSON.stringify({ model: 'bench-model', stream: true, messages: [{ role: 'user', content: message }] }),
  });
  const events = response.body!.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  for await (const { data } of events) {
    if (data === '[DONE]') break;
    const content = (JSON.parse(data) as Chunk).choices[0]?.delta.content;
    if (content) yield { data: { type: 'delta', content } };
  }
  yield { data: { type: 'done', finish_reason: 'stop' } };
}

@Module({ controllers: [NaiveController] })
class NaiveModule {}

const app = await NestFactory.create(NaiveModule, { logger: false });
await app.listen(Number(PORT), '127.0.0.1');
