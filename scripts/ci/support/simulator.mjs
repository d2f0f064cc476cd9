import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Runs the built simulator; `env` points a service at it, `control` sets its faults and its pace. */
export async function startSimulator(children, ...flags) {
  const child = children.start(process.execPath, ['dist/simulator/serve.js', ...flags]);
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    child.ended.then(() => []),
  ]);
  if (line === undefined) throw new Error(`the simulator did not start (it needs a build):\n${child.said()}`);
  const { control, ...providers } = JSON.parse(line);
  const env = Object.fromEntries(
    Object.entries(providers).flatMap(([name, url]) => [
      [`${name.toUpperCase()}_API_KEY`, `key-of-${name}`],
      [`${name.toUpperCase()}_BASE_URL`, url],
    ]),
  );
  return { env, control: (method, path, body) => request(`${control}/${path}`, method, body) };
}

async function request(url, method, body) {
  const response = await fetch(url, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
