import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../../support/app.js';
import { readDoc, ROOT } from '../../support/markdown-docs.js';

let service: RunningApp;
beforeAll(async () => (service = await startApp()));
afterAll(() => service.close());

/** The first script of a document that asks by the official client. */
const scriptOf = (document: string) =>
  readDoc(document)
    .split('```js\n')
    .map((block) => block.split('```')[0] ?? '')
    .find((block) => block.includes("from 'openai'")) ?? '';

describe('the examples with the official client', () => {
  it.each(['README.md', 'docs/OPENAI.md'])('work as %s shows them', async (document) => {
    const script = scriptOf(document).replace('http://127.0.0.1:3000', service.url);
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: ROOT });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    const [code] = (await once(child, 'close')) as [number];
    expect([code, errors]).toEqual([0, '']);
    expect(output.length).toBeGreaterThan(50);
  });
});
