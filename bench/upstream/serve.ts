import { performance } from 'node:perf_hooks';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { serveParent } from '../processes/rpc.js';
import { answerBytes, type AnswerBytes } from './answer-bytes.js';
import { PacedAnswer } from './paced-answer.js';
import { Pacer } from './pacer.js';
import { readRequests } from './upstream-connection.js';
import type { UpstreamPlan, UpstreamReport } from './upstream-protocol.js';

/**
 * The provider of the benchmark, a process of its own: an OpenAI-compatible server that streams the same answer to
 * everyone at a set pace. Bytes are made once, and one timer serves all streams.
 */
const pacer = new Pacer();
let plan: UpstreamPlan = { tokens: 2, paceMs: 0 };
let bytes: AnswerBytes = answerBytes(plan.tokens);
let counts = { answers: 0, events: 0, abandoned: 0 };
let since = { cpu: process.cpuUsage(), loop: performance.eventLoopUtilization() };

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  readRequests(socket, () => answer(socket));
});

function answer(socket: Socket): void {
  counts.answers++;
  if (plan.paceMs === 0) {
    counts.events += bytes.events;
    return answerAtOnce(socket);
  }
  pacer.add(
    new PacedAnswer(socket, bytes, plan.paceMs, performance.now(), Math.random(), (isWhole, events) => {
      counts.events += events;
      if (!isWhole) counts.abandoned++;
    }),
  );
}

/** Each event in a write of its own all the same, as a server sends what it has just made. */
function answerAtOnce(socket: Socket): void {
  socket.write(bytes.opening);
  socket.write(bytes.first(0));
  for (const token of bytes.tokens) socket.write(token);
  socket.write(bytes.ending);
}

function follow(next: UpstreamPlan): void {
  plan = next;
  bytes = answerBytes(plan.tokens);
  counts = { answers: 0, events: 0, abandoned: 0 };
  pacer.takeLateP99();
  since = { cpu: process.cpuUsage(), loop: performance.eventLoopUtilization() };
}

function report(): UpstreamReport {
  const { user, system } = process.cpuUsage(since.cpu);
  const { utilization } = performance.eventLoopUtilization(since.loop);
  return { ...counts, lateP99Ms: pacer.takeLateP99(), utilization, cpuMs: (user + system) / 1000 };
}

serveParent({
  listen: () =>
    new Promise<number>((resolve, reject) => {
      server.on('error', reject);
      server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
        resolve((server.address() as AddressInfo).port);
      });
    }),
  follow: (next: UpstreamPlan) => follow(next),
  report,
});
