import { describe, expect, test } from '@jest/globals';
import { parseProxy, proxyFor } from '../../src/http/index.ts';

const proxies = { HTTP_PROXY: 'http://plain:3128', https_proxy: 'secure:8080' };

describe('the proxy for a URL', () => {
  test.each([
    ['http://a.example/', undefined, 'http://plain:3128/'],
    ['https://a.example/', undefined, 'http://secure:8080/'],
    ['http://localhost/', undefined, undefined],
    ['http://127.0.0.9:80/', undefined, undefined],
    ['http://[::1]/', undefined, undefined],
    ['http://a.example/', '*', undefined],
    ['http://a.example/', 'b.example, A.example', undefined],
    ['http://x.a.example/', 'a.example', undefined],
    ['http://xa.example/', 'a.example', 'http://plain:3128/'],
    ['http://a.example/', '.a.example', 'http://plain:3128/'],
    ['http://x.a.example/', '.a.example', undefined],
    ['http://x.a.example/', '*.a.example', undefined],
    ['http://a.example/', 'a.example:80', undefined],
    ['http://a.example:81/', 'a.example:80', 'http://plain:3128/'],
    ['http://10.1.2.3/', '10.0.0.0/8', undefined],
    ['http://11.1.2.3/', '10.0.0.0/8', 'http://plain:3128/'],
    ['http://10.1.2.3/', '10.1.2.3', undefined],
    ['http://[fd00::1]/', 'fd00::/8', undefined],
    ['http://[fd00::1]/', '[fd00::1]:80', undefined],
    ['http://[fd00::1]/', 'fd00::1', undefined],
    ['http://[fd00::2]/', 'fd00::1,10.0.0.0/99', 'http://plain:3128/'],
  ])('%s with NO_PROXY=%s is %s', (url, exceptions, want) => {
    expect(proxyFor(new URL(url), { ...proxies, NO_PROXY: exceptions })?.href).toBe(want);
  });

  test('large letters come before small ones', () => {
    const both = { http_proxy: 'http://small', HTTP_PROXY: 'http://large' };
    expect(proxyFor(new URL('http://a.example'), both)?.host).toBe('large');
  });

  test('a proxy that speaks something else is refused without quoting it', () => {
    const refused = (): URL => parseProxy('socks5://me:hunter2@host', 'HTTPS_PROXY');
    expect(refused).toThrow('HTTPS_PROXY is no address of an HTTP proxy');
    expect(refused).not.toThrow('hunter2');
  });
});
