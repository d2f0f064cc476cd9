import type { RequestHandler } from 'express';

/** `192.0.2.1:4711` and `[2001:db8::1]:4711`, as some proxies write addresses; also `[2001:db8::1]`. */
const WITH_PORT = /^(?:(\d+\.\d+\.\d+\.\d+):\d+|\[([0-9a-f:.]+)\](?::\d+)?)$/i;

/** Takes ports out of `X-Forwarded-For`: with one an address is none, and all readers would share the proxy's limit. */
export const forwardedFor: RequestHandler = (request, _response, next) => {
  const given = request.headers['x-forwarded-for'];
  if (typeof given === 'string' && /[:[]/.test(given)) {
    const addresses = given.split(',').map((entry) => entry.trim().replace(WITH_PORT, '$1$2'));
    request.headers['x-forwarded-for'] = addresses.join(', ');
  }
  next();
};
