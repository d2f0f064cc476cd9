// Whether the process of this container lives: exit code 0 or 1. Plain Node, for the image has no curl.
const { HOST = '', PORT = '' } = process.env;
const host = ['', '0.0.0.0', '::', '[::]'].includes(HOST.trim()) ? '127.0.0.1' : HOST.trim();
const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
const url = `http://${name}:${PORT.trim() || '3000'}/health/live`;
try {
  const { ok, status } = await fetch(url, { signal: AbortSignal.timeout(4000) });
  console.log(`${url} answered ${status}`);
  process.exitCode = ok ? 0 : 1;
} catch (error) {
  console.log(`${url}: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
