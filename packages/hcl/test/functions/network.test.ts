import { describe, expect, test } from '@jest/globals';
import { jsonOf, problemsOf } from './evaluation.ts';

describe('a network function gives', () => {
  test.each([
    ['cidrhost("10.0.0.0/8", 2)', '"10.0.0.2"'],
    ['cidrhost("10.1.2.3/8", -1)', '"10.255.255.255"'],
    ['cidrhost("0.0.0.0/0", -1)', '"255.255.255.255"'],
    ['cidrhost("10.0.0.0/08", 2)', '"10.0.0.2"'],
    ['cidrhost("fe80::/64", 99999999999)', '"fe80::17:4876:e7ff"'],
    ['cidrhost("2001:DB8:0:0:1::/80", 258)', '"2001:db8::1:0:0:102"'],
    ['cidrhost("1:0:0:2:0:0:0:3/128", 0)', '"1:0:0:2::3"'],
    ['cidrhost("1:2:3:4:5:6:7::/64", 1)', '"1:2:3:4::1"'],
    ['cidrhost("1:0:2:0:3:0:4:0/128", 0)', '"1:0:2:0:3:0:4:0"'],
    ['cidrhost("10:0:0:1::/128", 0)', '"10:0:0:1::"'],
    ['cidrhost("::/0", 1)', '"::1"'],
    ['cidrhost("::/0", 0)', '"::"'],
    ['cidrhost("2001:db8::/32", -1)', '"2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"'],
    ['cidrhost("1::2.3.4.5/100", 2)', '"1::2"'],
    ['cidrhost("::ffff:1.2.3.4/120", 2)', '"1.2.3.2"'],
    ['cidrnetmask("10.0.0.0/12")', '"255.240.0.0"'],
    ['cidrnetmask("10.0.0.0/0")', '"0.0.0.0"'],
    ['cidrnetmask("fe80::/64")', '"ffff:ffff:ffff:ffff::"'],
    ['cidrsubnet("10.1.2.3/8", 8, 2)', '"10.2.0.0/16"'],
    ['cidrsubnet("10.0.0.0/8", 0, 0)', '"10.0.0.0/8"'],
    ['cidrsubnet("fe80::/48", 16, 6)', '"fe80:0:0:6::/64"'],
    ['cidrsubnet("fe80::/16", 32, 4294967295)', '"fe80:ffff:ffff::/48"'],
    ['cidrsubnet("::ffff:1.2.3.0/120", 4, 1)', '"1.2.3.16/28"'],
    ['cidrsubnets("10.0.0.0/8", 8, 4, 8)', '["10.0.0.0/16","10.16.0.0/12","10.32.0.0/16"]'],
    ['cidrsubnets("10.0.0.0/30", 2, 2, 1)', '["10.0.0.0/32","10.0.0.1/32","10.0.0.2/31"]'],
    ['cidrsubnets("10.0.0.0/8")', '[]'],
    ['cidrsubnets("fe80::/16", 4, 8)', '["fe80::/20","fe80:1000::/24"]'],
  ])('%s = %s', (text, json) => {
    expect(jsonOf(text)).toBe(json);
  });
});

describe('a network function refuses', () => {
  test.each([
    ['cidrhost("10.0.0.0/30", 4)', '10.0.0.0/30 has 4 addresses, so there is no host 4.'],
    ['cidrhost("10.0.0.0/30", -5)', '10.0.0.0/30 has 4 addresses, so there is no host -5.'],
    ['cidrhost("10.0.0.0/8", 1.5)', 'A whole number is needed, not 1.5.'],
    [
      'cidrsubnet("10.0.0.0/8", 8, 256)',
      'There are 256 parts of that size, numbered from 0; not 256.',
    ],
    ['cidrsubnet("10.0.0.0/8", 8, -1)', 'numbered from 0; not -1.'],
    [
      'cidrsubnet("10.0.0.0/8", 25, 1)',
      '/8 and 25 more bits make /33, beyond the 32 bits of an address.',
    ],
    ['cidrsubnet("fe80::/48", 33, 6)', 'The prefix can be made longer by 0 to 32 bits, not by 33.'],
    [
      'cidrsubnet("10.0.0.0/8", -1, 0)',
      'The prefix can be made longer by 0 to 32 bits, not by -1.',
    ],
    ['cidrsubnets("10.0.0.0/8", 0)', 'The prefix can be made longer by 1 to 32 bits, not by 0.'],
    [
      'cidrsubnets("10.0.0.0/8", 1, 1, 1)',
      'Not enough of 10.0.0.0/8 is left for a part with prefix /9.',
    ],
    ...[
      '10.01.0.0/8',
      '10.0.0.0',
      '10.0.0.0/33',
      '10.0.0.0/',
      '10.0.0.0/+8',
      '10.0.0/8',
      '10.0.0.0.0/8',
      '10.0.0.256/8',
      '10.0.0.0/8/8',
      ' 10.0.0.0/8',
      '::/129',
      'fe80::1%eth0/64',
      'fe80:::1/64',
      '1::2::3/64',
      '1:2:3:4:5:6:7:8::/64',
      '1:2:3:4:5:6:7/64',
      '12345::/64',
      '1.2.3.4::/64',
      ':1::/64',
      '/8',
    ].map(
      (prefix) => [`cidrnetmask("${prefix}")`, `"${prefix}" is no block of addresses.`] as const,
    ),
  ])('%s: %s', (text, message) => {
    expect(problemsOf(text)).toContain(message);
  });
});
