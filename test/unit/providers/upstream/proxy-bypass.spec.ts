import { describe, expect, it } from '@jest/globals';
import { bypassesProxy } from '../../../../src/providers/upstream/proxy-bypass.js';

describe('what bypasses the proxy', () => {
  it.each([
    'http://localhost',
    'http://127.0.0.1:8080',
    'http://127.9.9.9',
    'http://[::1]:80',
    'https://api.localhost',
  ])('%s always: it is this machine', (url) => {
    expect(bypassesProxy(new URL(url), [])).toBe(true);
  });

  it.each([
    ['https://api.groq.com', '*'],
    ['https://api.groq.com', 'groq.com'],
    ['https://api.groq.com', '.groq.com'],
    ['https://api.groq.com', '*.groq.com'],
    ['https://API.groq.com', 'api.GROQ.com'],
    ['https://api.groq.com', 'groq.com:443'],
    ['http://llm.lan:8080', 'llm.lan:8080'],
    ['http://10.1.2.3', '10.1.2.3'],
    ['http://10.1.2.3', '10.0.0.0/8'],
    ['http://[fd00::5]:80', 'fd00::/8'],
    ['http://[fd00::5]:8080', '[fd00::5]:8080'],
  ])('%s by the entry %s', (url, entry) => {
    expect(bypassesProxy(new URL(url), ['other.example', entry])).toBe(true);
  });

  it.each([
    ['https://api.groq.com', 'oq.com'],
    ['https://api.groq.com', 'api.groq.com:80'],
    ['https://api.groq.com', ''],
    ['https://groq.com.evil.example', 'groq.com'],
    ['http://11.1.2.3', '10.0.0.0/8'],
    ['http://10.1.2.3', '10.1.2.30'],
    ['http://10.1.2.3', '10.0.0.0/99'],
    ['http://10.1.2.3', '2.3'],
  ])('not %s by the entry %s', (url, entry) => {
    expect(bypassesProxy(new URL(url), [entry])).toBe(false);
  });
});
