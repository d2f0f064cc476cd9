import { setTimeout as delay } from 'node:timers/promises';
import { connect, type Socket } from 'node:net';
import { Body, Controller, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { IsString } from 'class-validator';
import type { Request } from 'express';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.js';
import { startHttpApp, type HttpApp } from '../../support/http-app.js';
// Timeouts of responses are a hundredth of what they are.
import '../../fixtures/process/shorten-response-timeouts.mjs';

const LARGE = 24 * 1024 * 1024;
let begun: string[] = [];
let atWork = 0;
let mostAtWork = 0;
let closed = 0;
const gate = { open: Promise.resolve() };

class Note {
  @IsString()
  text!: string;
}

@Controller('notes')
class NotesController {
  @Get(':id')
  async get(@Param('id') id: string): Promise<{ id: string }> {
    begun.push(id);
    mostAtWork = Math.max(mostAtWork, ++atWork);
    await gate.open;
    await delay(1);
    atWork--;
    return { id };
  }

  @HttpCode(200)
  @Post()
  async post(@Body() { text }: Note): Promise<{ id: string }> {
    return this.get(text);
  }

  @Get('of/large')
  large(@Req() { res }: Request): { text: string } {
    res?.once('close', () => closed++);
    return { text: 'x'.repeat(LARGE) };
  }

  @Get('of/late')
  async late(): Promise<{ text: string }> {
    await delay(1_000);
    return { text: 'late' };
  }
}

describe('a connection', () => {
  let app: HttpApp;
  beforeAll(async () => (app = await startHttpApp({ controllers: [NotesController] })));
  afterAll(() => app.close());

  const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  const post = (text: string) => {
    const head = `POST /notes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`;
    const body = JSON.stringify({ text });
    return `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
  };
  const open = (): Socket => connect(Number(new URL(app.url).port), '127.0.0.1').on('error', () => undefined);
  const reading = (socket: Socket) => {
    let text = '';
    socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
    return () => [...text.matchAll(/\{"id":"(\w+)"\}/g)].map(([, id]) => id);
  };
  const shut = (): (() => void) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gate.open = promise;
    [begun, atWork, mostAtWork] = [[], 0, 0];
    return resolve;
  };

  it('handles its requests one after the other, however many it sends at once', async () => {
    shut()();
    const socket = open();
    const answered = reading(socket);
    const ids = Array.from({ length: 100 }, (_, index) => `n${index}`);
    socket.write(ids.map((id, index) => (index % 3 === 0 ? post(id) : get(`/notes/${id}`))).join(''));
    await eventually(() => answered().length === ids.length);
    expect([answered(), begun, mostAtWork]).toEqual([ids, ids, 1]);
    socket.write(get('/notes/more') + post('last'));
    await eventually(() => answered().at(-1) === 'last');
    socket.destroy();
  });

  it('starts no further request once the client has left', async () => {
    const release = shut();
    const socket = open();
    socket.write(get('/notes/a') + get('/notes/b') + post('c'));
    await eventually(() => begun.length === 1);
    socket.resetAndDestroy();
    release();
    await app.call('/notes/other');
    await eventually(() => atWork === 0);
    expect(begun).toEqual(['a', 'other']);
  });

  it('is cut when it sends hundreds of requests ahead', async () => {
    const release = shut();
    const socket = open();
    const over = new Promise((resolve) => socket.once('close', resolve));
    socket.resume();
    socket.write(get('/notes/a').repeat(600));
    await over;
    expect(begun).toHaveLength(1);
    release();
  });

  it('is cut when the pending bytes of any response stall', async () => {
    closed = 0;
    const socket = open();
    socket.pause();
    socket.write(get('/notes/of/large'));
    await eventually(() => closed === 1);
    socket.destroy();
  });

  it('may wait long for its response', async () => {
    expect((await app.call('/notes/of/late')).json()).toEqual({ text: 'late' });
  });
});
