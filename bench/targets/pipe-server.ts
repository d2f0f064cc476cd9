import { Agent, createServer, request } from 'node:http';

/**
 * The measure of all things here: what it costs Node to pass bytes on untouched. Nothing is parsed, kept or counted.
 * `PORT` is where it listens, `UPSTREAM_PORT` where it asks.
 */
const { PORT, UPSTREAM_PORT } = process.env;
const agent = new Agent({ keepAlive: true });

createServer((asked, answer) => {
  const { method, url: path, headers } = asked;
  const forwarded = request({ agent, host: '127.0.0.1', port: UPSTREAM_PORT, method, path, headers }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  forwarded.on('error', () => answer.destroy());
  answer.on('close', () => answer.writableFinished || forwarded.destroy());
  asked.pipe(forwarded);
}).listen({ port: Number(PORT), host: '127.0.0.1', backlog: 4096 });
