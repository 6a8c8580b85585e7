import { expect, test } from '@jest/globals';
import { standardFunctions, variableDefaultFunctions } from '../../src/index.ts';

/** All that Packer 1.16 has. */
const names = `abs abspath alltrue anytrue aws_secretsmanager
  aws_secretsmanager_raw base64decode base64encode base64gzip basename bcrypt can ceil chomp chunklist
  cidrhost cidrnetmask cidrsubnet cidrsubnets coalesce coalescelist compact concat consul_key contains convert csvdecode
  dirname distinct element endswith file filebase64 fileexists fileset flatten floor format formatdate
  formatlist indent index join jsondecode jsonencode keys legacy_isotime legacy_strftime length log lookup
  lower max md5 merge min parseint pathexpand pow range regex regex_replace regexall replace reverse
  rfc3339_parse rsadecrypt setintersection setproduct setunion sha1 sha256 sha512 signum slice sort split
  startswith strcontains strrev substr sum templatefile textdecodebase64 textencodebase64 timestamp title
  trim trimprefix trimspace trimsuffix try unix_timestamp_parse upper urlencode uuidv4 uuidv5 values vault
  yamldecode yamlencode zipmap`.split(/\s+/);

test('the standard functions are all there', () => {
  expect(standardFunctions.names()).toEqual(names);
});

test.each([...standardFunctions.names(), 'env'])('%s says in a sentence what it does', (name) => {
  const found = standardFunctions.get(name) ?? variableDefaultFunctions.get(name);
  expect(found?.name).toBe(name);
  expect(found?.doc).toMatch(/^[A-Z].{15,}[.\])]$/);
});

test('names that objects have are no functions', () => {
  expect(standardFunctions.get('constructor')).toBeUndefined();
});
