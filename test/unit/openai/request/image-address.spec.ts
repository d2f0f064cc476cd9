import { describe, expect, it } from '@jest/globals';
import { publicImageAddress } from '../../../../src/openai/request/image-address.js';

describe('the address of an image', () => {
  it.each([
    'https://example.com/cat.png?size=2#top',
    'https://cdn.example.co.uk:8443/a/b.jpg',
    'https://1.1.1.1/cat.png',
    'https://[2606:4700:4700::1111]/cat.png',
    'https://xn--bcher-kva.example/cat.png',
    'https://internal.example.com/cat.png',
    'https://my-localhost.com/',
    'https://metadata-of-images.example.com/',
    'https://[2001:4860:4860::8888]/cat.png',
  ])('may be %s', (address) => {
    expect(publicImageAddress(address)).toBe(address);
  });

  it('is handed on in the one spelling that all readers of URLs agree on', () => {
    expect(publicImageAddress('HTTPS://Bücher.Example:443/a b'.replace(' ', '%20'))).toBe(
      'https://xn--bcher-kva.example/a%20b',
    );
    expect(publicImageAddress('https://example.com#@127.0.0.1/')).toBe('https://example.com/#@127.0.0.1/');
  });

  it.each([
    'http://example.com/cat.png',
    'ftp://example.com/cat.png',
    'file:///etc/passwd',
    'data:text/html;base64,PGI+',
    'https:example.com',
    'https:///127.0.0.1/',
    'https://',
    'https://user:pass@example.com/',
    'https://user@example.com/',
    'https://example.com\\@127.0.0.1/',
    'https://exam\nple.com/',
    ' https://example.com/',
  ])('may not have the form of %j', (address) => {
    expect(publicImageAddress(address)).toBeUndefined();
  });

  it.each([
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.0.0.1.',
    '１２７.0.0.1',
    '0',
    '10.0.0.1',
    '100.100.100.200',
    '169.254.169.254',
    '0xa9fea9fe',
    '2852039166',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '168.63.129.16',
    '[::]',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:a9fe:a9fe]',
    '[::127.0.0.1]',
    '[64:ff9b::169.254.169.254]',
    '[2002:7f00:1::]',
    '[2001:0:7f00:1::]',
    '[2001:2::1]',
    '[2001:20::1]',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '[fc00::1]',
    '[ff02::1]',
    'localhost',
    'LOCALHOST.',
    'a.localhost',
    'metadata.google.internal',
    'metadata.google.internal.',
    'printer.local',
    'router.lan',
    'nas.home.arpa',
    'wiki.corp',
    'kubernetes.default.svc',
    'db.consul',
    'nas.private',
    'internal',
    'nas.workgroup',
    'pc.localdomain6',
    '1.0.0.127.in-addr.arpa',
    'metadata.tencentyun.com',
    'instance-data.us-east.amazonaws.com',
    'metadata',
  ])('may not lead to %s', (host) => {
    expect(publicImageAddress(`https://${host}:8443/x.png`)).toBeUndefined();
  });
});
