import { describe, expect, it } from '@jest/globals';
import { readStamp } from '../../../../bench/answer-text.js';
import { readResponse } from '../../../../bench/load/read-response.js';
import { answerBytes } from '../../../../bench/upstream/answer-bytes.js';

describe("the upstream's answer", () => {
  const { opening, first, tokens, ending, events } = answerBytes(30);
  const body = readResponse(Buffer.concat([opening, first(7.5), ...tokens, ending]))!.body;
  const data = body.split('\n\n').filter(Boolean);

  it('has as many events as it says', () => {
    expect(data).toHaveLength(events);
    expect(events).toBe(34);
  });

  it('begins with the role and ends with finish reason, usage and [DONE]', () => {
    expect(data[0]).toContain('"role":"assistant"');
    expect(data.at(-3)).toContain('"finish_reason":"stop"');
    expect(data.at(-2)).toContain('"usage":{"prompt_tokens":21,"completion_tokens":30,"total_tokens":51}');
    expect(data.at(-1)).toBe('data: [DONE]');
  });

  it('has events as large as real ones', () => {
    for (const event of data.slice(0, -1)) {
      expect(event.length).toBeGreaterThan(200);
      expect(event.length).toBeLessThan(300);
    }
  });

  it('tells in its first token how long that was held', () => {
    const content = (JSON.parse(data[1]!.slice('data: '.length)) as { choices: { delta: { content: string } }[] })
      .choices[0]!.delta.content;
    expect(readStamp(content)).toBe(7.5);
  });
});
