/** Asks, and calls `onEvent` with every event once, however often the connection breaks. Resolves with `done`. */
export async function askRondo(url, question, onEvent) {
  const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
  const first = [`${url}/rr-chat/stream`, { method: 'POST', headers, body: JSON.stringify(question) }];
  let again;
  for (let failures = 0; failures < 8; failures++) {
    await new Promise((resolve) => setTimeout(resolve, failures && 100 * 2 ** failures));
    const response = await fetch(...(again ?? first)).catch(() => undefined);
    if (response === undefined || response.status === 503) continue; // away, or just coming back
    if (!response.headers.get('content-type').startsWith('text/event-stream')) throw await response.json();
    const address = `${url}/rr-chat/stream/${response.headers.get('x-answer-id')}`;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let unread = '', chunk; (chunk = await reader.read().catch(() => undefined)) && !chunk.done;) {
      const blocks = (unread + chunk.value).split('\n\n');
      unread = blocks.pop();
      for (const lines of blocks.map((block) => block.split('\n'))) {
        const field = (name) => lines.find((line) => line.startsWith(name))?.slice(name.length);
        if (field('data: ') === undefined) continue; // a comment that keeps the connection alive
        const event = JSON.parse(field('data: '));
        again = [address, { headers: { 'last-event-id': field('id: ') } }];
        failures = 0;
        onEvent(event);
        if (event.type === 'done') return event;
      }
    }
  }
  throw new Error('Rondo could not be reached.');
}
