import { existsSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type Simulator } from '../../simulator/provider-simulator.js';
import { eventually } from '../support/eventually.js';
import { simulatedProviders, startService, type Service } from '../support/service.js';

const READERS = 1_000;
/** What the system lets wait at one port. */
const SOMAXCONN = '/proc/sys/net/core/somaxconn';
const mayWait = existsSync(SOMAXCONN) && Number(readFileSync(SOMAXCONN, 'utf8')) > READERS;

if (!mayWait) console.log('not run: a crowd of connections (the system lets fewer wait)');
else
  describe('a process that is busy when a crowd comes', () => {
    let simulator: Simulator;
    let service: Service;
    let sockets: Socket[] = [];
    beforeAll(async () => {
      simulator = await startSimulator({ sameAnswer: true, pace: 'instant' });
      service = await startService(simulatedProviders(simulator));
    });
    afterAll(async () => {
      for (const socket of sockets) socket.destroy();
      await service.kill();
      await simulator.close();
    });

    it('has all of its connections wait, and serves them', async () => {
      const port = Number(new URL(service.url).port);
      let connected = 0;
      let answered = 0;
      service.signal('SIGSTOP');
      sockets = Array.from({ length: READERS }, () =>
        connect({ port, host: '127.0.0.1' }, () => connected++)
          .once('data', (bytes) => (answered += bytes.toString('latin1').startsWith('HTTP/1.1 200') ? 1 : 0))
          .on('error', () => undefined),
      );
      for (const socket of sockets) socket.write('GET /health/live HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
      await eventually(() => connected === READERS);
      service.signal('SIGCONT');
      await eventually(() => answered === READERS);
      expect(connected).toBe(READERS);
    });
  });
