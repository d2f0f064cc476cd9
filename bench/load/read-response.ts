export interface WholeResponse {
  status: number;
  body: string;
}

/** The bytes of one HTTP response as its status and text; a chunked body that breaks off gives what there is of it. */
export function readResponse(bytes: Buffer): WholeResponse | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  const head = bytes.toString('latin1', 0, Math.max(end, 0));
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
  if (status === undefined) return undefined;
  const body = bytes.subarray(end + 4);
  const isChunked = /^transfer-encoding:\s*chunked/im.test(head);
  return { status: Number(status), body: (isChunked ? joinChunks(body) : body).toString('utf8') };
}

function joinChunks(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const lineEnd = body.indexOf('\r\n', at, 'latin1');
    if (lineEnd === -1) break;
    const length = Number.parseInt(body.toString('latin1', at, lineEnd), 16);
    if (!(length > 0)) break;
    chunks.push(body.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = lineEnd + 2 + length + 2;
  }
  return Buffer.concat(chunks);
}
