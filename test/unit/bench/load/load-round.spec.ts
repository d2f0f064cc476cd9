import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { textAfterStamp } from '../../../../bench/answer-text.js';
import type { LoadPlan } from '../../../../bench/load/load-protocol.js';
import { LoadRound } from '../../../../bench/load/load-round.js';
import { answerBytes } from '../../../../bench/upstream/answer-bytes.js';

const TOKENS = 12;
const { opening, first, tokens, ending } = answerBytes(TOKENS);
const answer = Buffer.concat([opening, first(3), ...tokens, ending]);
const REFUSAL = 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 2\r\n\r\nno';

let server: Server | undefined;

afterEach(() => {
  server?.close();
});

/** A target that does this with every question; gives what the load generator says of it. */
async function loaded(reply: (socket: Socket, question: number) => void, changes: Partial<LoadPlan> = {}) {
  let questions = 0;
  server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', () => reply(socket, ++questions));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const round = new LoadRound({
    port: (server.address() as AddressInfo).port,
    path: '/',
    headers: {},
    body: '{"question":"{{id}}"}',
    dialect: 'openai',
    streams: 2,
    rampMs: 0,
    runMs: 1,
    deadlineMs: 5000,
    tokens: TOKENS,
    paceMs: 0,
    ...changes,
  });
  await round.run();
  return round.report();
}

describe('the load generator', () => {
  it('finds no fault with whole answers', async () => {
    const report = await loaded((socket) => void socket.write(answer));
    expect(report.errors).toEqual({});
    expect(report.answers).toBeGreaterThanOrEqual(2);
    expect(report.bytes).toBe(report.answers * answer.length);
  });

  it('reads an answer from however many pieces', async () => {
    const report = await loaded((socket) => {
      for (let at = 0; at < answer.length; at += 97) socket.write(answer.subarray(at, at + 97));
    });
    expect(report.errors).toEqual({});
  });

  it('takes off what the upstream held the first token back', async () => {
    const held = Buffer.concat([opening, first(20), ...tokens, ending]);
    const report = await loaded((socket) => void setTimeout(() => socket.write(held), 40));
    expect(report.addedFirstTokenMs.p50).toBeGreaterThanOrEqual(18);
    const instant = await loaded((socket) => void socket.write(answer));
    expect(instant.addedFirstTokenMs.p50).toBeLessThan(report.addedFirstTokenMs.p50);
  });

  it('asks again on a new connection where a kept one ends', async () => {
    const closing = Buffer.from(answer.toString('latin1').replace('\r\n', '\r\nconnection: close\r\n'), 'latin1');
    const report = await loaded((socket) => void socket.end(closing), { runMs: 100 });
    expect(report.errors).toEqual({});
    expect(report.answers).toBeGreaterThan(2);
  });

  it('counts an answer that was cut off', async () => {
    const cut = answer.subarray(0, answer.length - 'e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n'.length);
    const { errors, answers } = await loaded((socket) => void socket.end(cut));
    expect(errors).toEqual({ 'no end': answers });
  });

  it('counts a wrong character', async () => {
    const text = textAfterStamp(TOKENS);
    const wrong = Buffer.from(answer.toString('latin1').replace('episode', 'episude'), 'latin1');
    expect(text).toContain('episode');
    const { errors, answers } = await loaded((socket) => void socket.write(wrong));
    expect(errors).toEqual({ 'wrong text': answers });
  });

  it('counts a refusal, and leaves', async () => {
    expect((await loaded((socket) => void socket.write(REFUSAL))).errors).toEqual({ 'status 503': 2 });
  });

  it('counts a connection that says nothing and ends', async () => {
    const { errors } = await loaded((socket) => void socket.end());
    expect(errors).toEqual({ 'connection closed before the first token': 2 });
  });

  it('counts what is not finished in time', async () => {
    const { errors } = await loaded((socket) => void socket.write(opening), { deadlineMs: 100 });
    expect(errors).toEqual({ 'not finished in time': 2 });
  });

  it('counts a target that is not there', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    await once(probe, 'close');
    expect((await loaded(() => undefined, { port })).errors).toEqual({ ECONNREFUSED: 2 });
  });
});
