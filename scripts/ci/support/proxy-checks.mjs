import { SITE } from './https-client.mjs';
import { KEYS } from './proxies.mjs';

const WORDS = Array.from({ length: 120 }, (_, index) => `word${index}`).join(' ');
/** What the provider says; the words in brackets choose one of its faults. */
const STALLED = `[stall] ${WORDS}`;
const SLOW = `[slow] ${WORDS}`;
const CANCELLED = `[cancel] ${WORDS}`;
/** The simulator's faults that go with them. */
export const FAULTS = [
  { kind: 'stall', afterTokens: 8, match: '[stall]' },
  { kind: 'pace', firstTokenMs: 0, tokenMs: 20, match: '[slow]' },
  { kind: 'pace', firstTokenMs: 0, tokenMs: 20, match: '[cancel]' },
];
/** What the service is started with. */
export const LIMITS = { RATE_LIMIT: '5', RATE_LIMIT_PER_ADDRESS: '12' };

let users = 0;
/** A question of a user of its own, for one provider, so that its simulator can be looked at. */
function question(message, more = {}) {
  users++;
  return { user_id: `user-${users}`, session_id: 'proxy', message, provider: 'groq', ...more };
}

const STREAM = '/rr-chat/stream';

/**
 * Each `[what has to be true, how to try it]`; a try gets the proxy and the simulator's control, and throws where it is
 * not true. Each has a client address of its own: they are limited one by one.
 */
export const CHECKS = [
  ['a stream comes unbuffered, and a silence of ten seconds is bridged', unbuffered('127.0.0.10')],
  ['the same over HTTP/2', http2],
  ['the page and its headers come through', page],
  ['nobody comes in without the password, and nobody to health and metrics', doors],
  ['only the names and pages of PUBLIC_URL are served', names],
  ['a reader that leaves cancels at the provider', cancels],
  ['429 and Retry-After come through', limited],
  ['limits are per client address, and X-Forwarded-For of a client counts for nothing', forged],
  ["OpenAI's clients come in with a key, to their door only, and their streams unbuffered", openAi],
  ["a body that is too large gets Rondo's own answer", large],
];

function unbuffered(address) {
  return async ({ client }) => {
    const reply = await client(address).send(STREAM, { json: question(`echo: ${STALLED}`) });
    await silence(reply);
  };
}

async function http2({ client }) {
  await silence(await client('127.0.0.11').sendHttp2(STREAM, question(`echo: ${STALLED}`)), false);
}

/** The provider has stopped in the middle: its text so far has to arrive, and keep-alive comments after it. */
async function silence(reply, keptAlive = true) {
  expect(reply.status, 200);
  expect(reply.headers['content-type'], 'text/event-stream');
  await reply.until(/"type":"delta"/, 8_000);
  if (keptAlive) await reply.until(/^: keep-alive$/m, 25_000);
  if (/"type":"done"/.test(reply.text)) throw new Error('the stream was over before it was looked at');
  reply.leave();
}

async function page({ client }) {
  const reply = await client('127.0.0.12').send('/');
  expect(reply.status, 200);
  const html = await reply.whole();
  if (!/<html lang="en"/.test(html)) throw new Error(`no page: ${html.slice(0, 200)}`);
  for (const name of ['content-security-policy', 'x-request-id', 'strict-transport-security']) {
    if (reply.headers[name] === undefined) throw new Error(`no header ${name}`);
  }
  const script = await client('127.0.0.12').send(/src="([^"]+\.js)"/.exec(html)[1]);
  expect(script.status, 200);
}

async function doors({ client }) {
  const headers = { authorization: 'Basic YWRhOndyb25n' };
  expect((await client('127.0.0.13').send('/', { headers })).status, 401);
  for (const path of [
    '/metrics',
    '/metrics/',
    '/Metrics',
    '//metrics',
    '/%6detrics',
    '/health',
    '/health/ready',
    '/HEALTH/live',
  ]) {
    expect((await client('127.0.0.13').send(path)).status, 404, path);
  }
}

async function names({ client }) {
  const send = (headers) => client('127.0.0.14').send('/rr-chat', { json: question('echo: yes'), headers });
  expect((await send({ origin: `https://${SITE.name}` })).status, 200);
  expect((await send({ origin: 'https://elsewhere.example' })).status, 403);
  // nginx passes any name on, for Rondo to refuse; Caddy has no site of that name and answers nothing.
  const strange = await client('127.0.0.14').send('/rr-chat', {
    json: question('echo: no'),
    host: 'elsewhere.example',
  });
  if (strange.status === 200 && (await strange.whole()) !== '') throw new Error('another Host was served');
  // A client's own X-Forwarded-Host must not replace the name that it asked for.
  const forgery = { 'x-forwarded-host': 'elsewhere.example', origin: `https://${SITE.name}` };
  expect((await send(forgery)).status, 200);
}

async function cancels({ client, control }) {
  const body = question(`echo: ${CANCELLED}`, { on_disconnect: 'cancel' });
  const reply = await client('127.0.0.15').send(STREAM, { json: body });
  await reply.until(/"type":"delta"/);
  reply.leave();
  const deadline = Date.now() + 5_000;
  for (;;) {
    const { requests } = await control('GET', 'groq/requests');
    const asked = requests.find((one) => JSON.stringify(one).includes('[cancel]'));
    if (asked?.closedByClientAt !== undefined) return;
    if (Date.now() > deadline)
      throw new Error(`the provider was not left within 5 s; its answer ended at ${asked?.endedAt}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

async function limited({ client }) {
  const json = question('echo: one more');
  for (let n = 0; n < Number(LIMITS.RATE_LIMIT); n++)
    expect((await client('127.0.0.16').send('/rr-chat', { json })).status, 200);
  const reply = await client('127.0.0.16').send(STREAM, { json });
  expect(reply.status, 429);
  expect(reply.headers['content-type'], 'text/event-stream');
  if (!(Number(reply.headers['retry-after']) > 0)) throw new Error('no Retry-After');
  const types = [...(await reply.whole()).matchAll(/"type":"(\w+)"/g)].map(([, type]) => type);
  expect(types.join(), 'rate_limited,error,done');
}

async function forged({ client }) {
  const send = (from, n) => {
    const headers = { 'x-forwarded-for': `203.0.113.${n}` };
    return client(from).send('/rr-chat', { json: question('echo: who'), headers });
  };
  const allowed = Number(LIMITS.RATE_LIMIT_PER_ADDRESS);
  for (let n = 1; n <= allowed; n++) expect((await send('127.0.0.17', n)).status, 200);
  expect((await send('127.0.0.17', allowed + 1)).status, 429);
  expect((await send('127.0.0.18', 1)).status, 200);
}

async function openAi({ client }) {
  const send = (path, authorization, more) => client('127.0.0.22').send(path, { headers: { authorization }, ...more });
  for (const key of KEYS) expect((await send('/v1/models', key)).status, 200);
  for (const key of ['Bearer sk-third', 'Bearer ', '']) expect((await send('/v1/models', key)).status, 401, key);
  for (const path of ['/', '/sessions?user_id=user-1']) expect((await send(path, KEYS[0])).status, 401, path);
  const messages = [{ role: 'user', content: `echo: ${STALLED}` }];
  const reply = await send('/v1/chat/completions', KEYS[1], { json: { model: 'groq', messages, stream: true } });
  expect(reply.status, 200);
  await reply.until(/"content":"\[/, 8_000);
  reply.leave();
}

async function large({ client }) {
  const reply = await client('127.0.0.19').send('/rr-chat', { json: question('x'.repeat(1_100_000)) });
  expect(reply.status, 413);
  expect(JSON.parse(await reply.whole()).code, 'body_too_large');
}

/** An answer that the proxy's restart cuts off is read on from where it was. */
export async function checkRestart(proxy, upstream) {
  const client = proxy.client('127.0.0.20');
  const first = await client.send(STREAM, { json: question(`echo: ${SLOW}`) });
  await first.untilSaid(/word30/);
  await proxy.cut();
  await first.ended;
  if (/"type":"done"/.test(first.text)) throw new Error('the answer was over before the proxy was gone');
  await proxy.start(upstream);
  const headers = { 'last-event-id': first.events().at(-1).cursor };
  const second = await client.send(`${STREAM}/${first.headers['x-answer-id']}`, { headers });
  expect(second.status, 200);
  await second.whole();
  expect(first.said() + second.said(), SLOW);
}

/** One process takes over from another, as docs/operations.md has it: no answer is cut, no request fails. */
export async function checkRollingRestart(nginx, first, startSecond) {
  const client = nginx.client('127.0.0.21');
  const running = await client.send(STREAM, { json: question(`echo: ${SLOW}`) });
  await running.untilSaid(/word10/);
  let over = false;
  // From many addresses, since nginx limits how often one asks.
  const visit = async () => {
    for (let n = 0; !over; n++)
      expect((await nginx.client(`127.0.1.${(n % 250) + 1}`).send('/providers')).status, 200, 'GET /providers');
  };
  const takeOver = async () => {
    const second = await startSecond();
    await nginx.reload(second.address);
    // New connections go to the second one by now; a kept one may still be used for a moment, and is served.
    await new Promise((done) => setTimeout(done, 1_000));
    first.child.kill('SIGTERM');
    expect(await first.child.ended, 0, 'exit code');
  };
  await Promise.all([visit(), takeOver().finally(() => (over = true))]);
  await running.whole();
  expect(running.said(), SLOW);
  const { status } = await client.send(STREAM, { json: question('echo: next') });
  expect(status, 200);
}

/** An address that asks without end is slowed down, and it alone. */
export async function checkFlood(nginx) {
  const send = async (from) => (await nginx.client(from).send('/providers')).status;
  // Where 400 come at once, nginx may also end a connection: that is a refusal of the one who asks without end, too.
  const flood = Array.from({ length: 400 }, () => send('127.0.0.23').catch(() => 'ended'));
  const statuses = await Promise.all(flood);
  const refused = statuses.filter((status) => status === 429).length;
  if (refused === 0 || statuses.filter((status) => status === 200).length < 100)
    throw new Error(`of 400 requests at once ${refused} were refused`);
  expect(await send('127.0.0.24'), 200);
}

function expect(found, wanted, what = 'status') {
  if (found !== wanted)
    throw new Error(`${what}: ${String(found).slice(0, 500)} instead of ${String(wanted).slice(0, 500)}`);
}
