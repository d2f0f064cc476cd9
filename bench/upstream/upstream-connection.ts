import type { Socket } from 'node:net';

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const LARGEST_REQUEST = 1024 * 1024;
const REFUSAL = 'HTTP/1.1 411 Length Required\r\ncontent-length: 0\r\nconnection: close\r\n\r\n';

/**
 * Reads one request after the other from a keep-alive connection and tells `asked` of each. It knows as much of HTTP as
 * the targets' clients send: a head, and a body with a length.
 */
export function readRequests(socket: Socket, asked: () => void): void {
  let bytes: Buffer = Buffer.alloc(0);
  socket.on('data', (more: Buffer) => {
    bytes = bytes.length === 0 ? more : Buffer.concat([bytes, more]);
    const end = bytes.indexOf(END_OF_HEAD);
    if (end === -1) {
      if (bytes.length > LARGEST_REQUEST) socket.destroy();
      return;
    }
    const head = bytes.toString('latin1', 0, end);
    const length = Number(/^content-length:\s*(\d+)/im.exec(head)?.[1] ?? (head.startsWith('GET') ? 0 : NaN));
    if (Number.isNaN(length)) {
      socket.end(REFUSAL);
      return;
    }
    const whole = end + END_OF_HEAD.length + length;
    if (bytes.length < whole) return;
    bytes = bytes.subarray(whole);
    asked();
  });
}
