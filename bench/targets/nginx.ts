import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withChildren } from '../measure/proc.js';
import { freePort, ServerProcess } from '../processes/server-process.js';
import { OPENAI_QUESTION, type RunningTarget, type Surroundings, type Target } from './target.js';

export const NGINX: Target = {
  name: 'nginx',
  description: 'nginx, one worker: `proxy_pass` with `proxy_buffering off`; bytes untouched',
  absence: () => (isInstalled() ? undefined : 'nginx is not installed'),
  start,
};

function isInstalled(): boolean {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function start({ folder, upstreamPort }: Surroundings): Promise<RunningTarget> {
  const port = await freePort();
  const home = join(folder, `nginx-${port}`);
  mkdirSync(home);
  const config = join(home, 'nginx.conf');
  writeFileSync(config, configuration(home, port, upstreamPort));
  const server = new ServerProcess({
    name: 'nginx',
    command: 'nginx',
    args: ['-p', home, '-e', 'stderr', '-c', config],
    env: {},
    cwd: home,
    folder,
    port,
  });
  await server.ready();
  return { port, question: OPENAI_QUESTION, pids: () => withChildren(server.pid), stop: () => server.stop() };
}

/** One worker, since the others have one thread too. It writes nothing but its log of requests. */
function configuration(home: string, port: number, upstreamPort: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `  ${kind}_temp_path ${home}/${kind};`)
    .join('\n');
  return `
daemon off;
worker_processes 1;
pid ${home}/nginx.pid;
events { worker_connections 8192; }
http {
${temporary}
  access_log ${home}/access.log;
  upstream provider {
    server 127.0.0.1:${upstreamPort};
    keepalive 2048;
  }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      proxy_pass http://provider;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }
  }
}
`;
}
