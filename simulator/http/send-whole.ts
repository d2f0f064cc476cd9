import { cut, soundPart } from '../stream/course.js';
import { forever } from '../stream/waits.js';
import { sendPlain } from './plain-reply.js';
import type { Exchange } from '../stream/exchange.js';

/** Answers a request that doesn't stream; faults of streams become what is nearest to them in one JSON body. */
export async function sendWhole(exchange: Exchange): Promise<void> {
  const { dialect, reply, response, faults } = exchange;
  const fault = faults.stream;
  const headers = dialect.jsonHeaders(reply);
  switch (fault?.kind) {
    case 'no-token':
    case 'comments':
    case 'stall':
      response.writeHead(200, headers).flushHeaders();
      return forever(exchange.signal);
    case 'reset':
    case 'truncate': {
      const text = JSON.stringify(dialect.completion(reply));
      response.writeHead(200, headers).write(text.slice(0, Math.floor(text.length / 2)));
      if (fault.kind === 'reset') return exchange.breakOff(fault.how ?? 'rst');
      response.end();
      return;
    }
    case 'error-event':
    case 'error-in-chunk':
    case 'error-field':
    case 'x-groq-error':
      sendPlain(response, dialect.errorReply(fault.kind === 'error-event' ? (fault.status ?? 500) : 500));
      return;
    case 'finish':
      sendPlain(response, { status: 200, headers, body: dialect.completion(soundPart(reply, fault)) });
      return;
    case 'done-without-finish':
      sendPlain(response, {
        status: 200,
        headers,
        body: dialect.completion({ ...cut(reply, fault), finish: undefined }),
      });
      return;
    default:
      sendPlain(response, { status: 200, headers, body: dialect.completion(reply) });
  }
}
