import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshSession } from '../support/conversations.js';
import { allEvents, ask, joined } from '../support/events.js';
import { freePort, simulatedProviders, spawnService } from '../support/service.js';
import { useServices } from '../support/service-stage.js';
import { mayMount, smallDisk, type SmallDisk } from '../support/small-disk.js';

interface Ended {
  code: number | null;
  message: string;
}

const stage = useServices();

/** All that a process wrote, of both its streams: which of them comes first is not known. */
async function ended(child: ChildProcess): Promise<Ended> {
  let message = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (message += text));
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (message += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, message };
}

const starting = async (env: Record<string, string>): Promise<Ended> =>
  ended(spawnService({ ...simulatedProviders(stage.simulator), PORT: String(await freePort()), ...env }));

/** One message for people: a line or a list, and no stack. */
function expectRefusal({ code, message }: Ended, says: RegExp): void {
  expect(message).toMatch(says);
  expect(message).not.toMatch(/\n\s+at |node:internal|\[Nest\]/);
  expect(code).toBe(1);
}

describe('a service that cannot start ends with code 1 and one message', () => {
  it('where its port is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expectRefusal(
      await starting({ PORT: String(port) }),
      new RegExp(`^Rondo cannot start: 127\\.0\\.0\\.1:${port} is in use.*PORT`, 'm'),
    );
    server.close();
  });

  it('where it has no address to listen on', async () => {
    expectRefusal(
      await starting({ HOST: '192.0.2.1', ALLOW_UNAUTHENTICATED: 'true' }),
      /^Rondo cannot start: 192\.0\.2\.1:\d+ is no such address.*HOST/m,
    );
  });

  it('where no provider has a key, naming the variables', async () => {
    const child = spawnService({ PORT: String(await freePort()), DATABASE_URL: 'sqlite::memory:' });
    const result = await ended(child);
    for (const name of ['GROQ_API_KEY', 'MISTRAL_API_KEY', 'DEEPSEEK_API_KEY']) expect(result.message).toContain(name);
    expectRefusal(result, /key/i);
  });

  it('where several variables are wrong, naming all of them and none of their secrets', async () => {
    const result = await starting({ PORT: 'x', RATE_LIMIT: '-1', LOG_LEVEL: 'loud', ROUTING_POLICY: 'smart' });
    for (const name of ['PORT', 'RATE_LIMIT', 'LOG_LEVEL', 'ROUTING_POLICY']) expect(result.message).toContain(name);
    expect(result.message).not.toContain('test-key');
    expectRefusal(result, /./);
  });

  it('where its database is some other file', async () => {
    writeFileSync(stage.folder.file, 'This is a shopping list and has been one for years.\n'.repeat(100));
    expectRefusal(
      await starting({ DATABASE_URL: stage.folder.url }),
      /^Rondo cannot start: DATABASE_URL: .*not a SQLite database/,
    );
    expect(readFileSync(stage.folder.file, 'utf8')).toContain('shopping list');
  });

  it('where its database is damaged', async () => {
    const service = await stage.start();
    await allEvents(await ask(service.url, { ...freshSession(), message: 'echo: hi' }));
    expect(await service.stop()).toBe(0);
    const bytes = readFileSync(stage.folder.file);
    bytes.fill(0xaa, 100);
    writeFileSync(stage.folder.file, bytes);
    expectRefusal(await starting({ DATABASE_URL: stage.folder.url }), /^Rondo cannot start: DATABASE_URL: .*damaged/);
  });

  it('where its database is a folder, or lies below a file', async () => {
    mkdirSync(stage.folder.file);
    expectRefusal(
      await starting({ DATABASE_URL: stage.folder.url }),
      /^Rondo cannot start: DATABASE_URL: .* it is a directory/,
    );
    writeFileSync(`${stage.folder.path}/file`, '');
    expectRefusal(
      await starting({ DATABASE_URL: `sqlite://${stage.folder.path}/file/a/rondo.db` }),
      /^Rondo cannot start: DATABASE_URL: .*file/,
    );
  });
});

it('a missing folder for the database is made', async () => {
  const url = `sqlite://${stage.folder.path}/not/there/yet/rondo.db`;
  const service = await stage.start({ DATABASE_URL: url });
  expect(joined(await allEvents(await ask(service.url, { ...freshSession(), message: 'echo: hi' })))).toBe('hi');
  expect(await service.stop()).toBe(0);
  expect(existsSync(`${stage.folder.path}/not/there/yet/rondo.db`)).toBe(true);
});

if (!mayMount()) console.log('not run: a read-only file system (needs the right to mount one, as root has)');
else
  describe('a database on a read-only file system', () => {
    let disk: SmallDisk;
    beforeAll(() => {
      disk = smallDisk(3 * 1024);
    });
    afterAll(() => disk.remove());

    it('is refused with code 1 and one message', async () => {
      const url = `sqlite://${disk.path}/rondo.db`;
      const service = await stage.start({ DATABASE_URL: url });
      expect(await service.stop()).toBe(0);
      disk.makeReadOnly();
      expectRefusal(await starting({ DATABASE_URL: url }), /^Rondo cannot start: DATABASE_URL: .*(read-only|may not)/);
      expectRefusal(
        await starting({ DATABASE_URL: `sqlite://${disk.path}/new/rondo.db` }),
        /^Rondo cannot start: DATABASE_URL: .*read-only/,
      );
    });
  });

const oldNode = findOldNode();
if (oldNode === undefined) console.log('not run: an older Node (there is none on PATH)');
else
  it('an older Node is told apart with one message and code 1', async () => {
    const root = path.resolve(import.meta.dirname, '../..');
    const child = spawn(oldNode, ['dist/main.js'], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: {} });
    expectRefusal(await ended(child), /^Rondo needs Node 24 or newer, this is v\d+\..*\n$/);
  });

/** A Node below 24 on this machine's PATH. */
function findOldNode(): string | undefined {
  const candidates = (process.env.PATH ?? '').split(path.delimiter).map((directory) => path.join(directory, 'node'));
  return candidates.find((candidate) => {
    try {
      const version = execFileSync(candidate, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      return Number(/^v(\d+)\./.exec(version)?.[1]) < 24;
    } catch {
      return false;
    }
  });
}
