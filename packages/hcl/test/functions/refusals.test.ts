import { describe, expect, test } from '@jest/globals';
import { FunctionFailure, standardFunctions } from '../../src/index.ts';
import { problemsIn } from './evaluation.ts';

/** A call that is refused, the part of it that is blamed, and a piece of what is said. */
type Refusal = readonly [call: string, blamed: string, message: string];

const refusals: readonly Refusal[] = [
  ['aws_secretsmanager("none", "a")', 'aws_secretsmanager("none", "a")', 'There is no "none".'],
  ['aws_secretsmanager_raw("none")', 'aws_secretsmanager_raw("none")', 'There is no "none".'],
  [
    'base64decode("a")',
    '"a"',
    'This is not standard Base64; it needs letters, digits, + and / in groups of four, filled u',
  ],
  ['bcrypt("a", 32)', '32', 'The cost is 32; it must be from 4 to 31.'],
  ['chunklist([1], -1)', '-1', 'The size is -1; it must not be negative.'],
  [
    'cidrhost("10.0.0.0/8", 16777216)',
    '16777216',
    '10.0.0.0/8 has 16777216 addresses, so there is no host 16777216.',
  ],
  [
    'cidrnetmask("10.0.0.0")',
    '"10.0.0.0"',
    '"10.0.0.0" is no block of addresses. Write an address and the number of prefix bits, such ',
  ],
  [
    'cidrsubnet("10.0.0.0/8", 25, 0)',
    '25',
    '/8 and 25 more bits make /33, beyond the 32 bits of an address.',
  ],
  [
    'cidrsubnets("10.0.0.0/8", 25)',
    '25',
    '/8 and 25 more bits make /33, beyond the 32 bits of an address.',
  ],
  ['coalesce(null, "")', 'coalesce(null, "")', 'All of the values are null or empty.'],
  ['coalescelist([], [])', 'coalescelist([], [])', 'All of the lists are empty or null.'],
  ['concat([1], 2)', '2', 'This must be a list or tuple, not a number.'],
  ['consul_key("none")', 'consul_key("none")', 'There is no "none".'],
  ['contains(1, 2)', '1', 'This must be a list, set or tuple, not a number.'],
  ['convert("a", number)', '"a"', 'a number is required.'],
  [
    'csvdecode("a,a\\n1,2")',
    '"a,a\\n1,2"',
    'Two columns have the name "a"; every name must be its own.',
  ],
  ['element([], 0)', '[]', 'There is no element to take: this is empty.'],
  ['file("/none")', '"/none"', 'There is no file "/none".'],
  ['filebase64("/none")', '"/none"', 'There is no file "/none".'],
  ['fileexists("/")', '"/"', '"/" exists, but it is a folder or a device, not a file.'],
  ['fileset("/", "[")', '"["', 'In the pattern a "[" is never closed, or nothing stands in it.'],
  ['flatten(1)', '1', 'This must be a list, set or tuple, not a number.'],
  ['format("%d", "a")', '"a"', '"%d" can\'t show this value: a number is required.'],
  [
    'formatdate("YYY", "2024-01-01T00:00:00Z")',
    '"YYY"',
    '"YYY" is no part of a date. There are YY, YYYY. Put literal text in single quotes.',
  ],
  ['formatlist("%d", ["a"])', '["a"]', '"%d" can\'t show this value: a number is required.'],
  ['indent(-1, "a")', '-1', 'The number of spaces is -1; it must be from 0 to 10000.'],
  ['index([1], 2)', '2', 'The value is not an element of the list.'],
  ['join(",")', 'join(",")', 'Give at least one list to join.'],
  [
    'jsondecode("{")',
    '"{"',
    'This is no JSON: expected a property name in quotes, but the text ends.',
  ],
  ['jsonencode(1 / 0)', '1 / 0', 'There is an infinite number in it, for which JSON has no form.'],
  ['keys([1])', '[1]', 'This must be a map or object, not a tuple.'],
  ['legacy_isotime("2006", "01")', '"01"', 'Give one format, or none for RFC 3339.'],
  ['legacy_strftime("%Y", "%m")', '"%m"', 'Give one format, or none for RFC 3339.'],
  [
    'length(true)',
    'true',
    'This must be a string, a collection, a tuple or an object, not a bool.',
  ],
  ['log(-1, 2)', 'log(-1, 2)', 'There is no such number: log of -1 and 2.'],
  ['lookup([], "a", 1)', '[]', 'This must be a map or object, not a tuple.'],
  ['max()', 'max()', 'Give at least one number.'],
  ['merge({ a = 1 }, [])', '[]', 'This must be a map or object, not a tuple.'],
  ['min()', 'min()', 'Give at least one number.'],
  ['parseint("g", 16)', '"g"', '"g" is not a whole number in base 16.'],
  [
    'pathexpand("~other")',
    '"~other"',
    'Only "~" alone stands for a home folder; that of another user has to be written out.',
  ],
  ['pow(-8, 0.5)', 'pow(-8, 0.5)', 'There is no such number: pow of -8 and 0.5.'],
  ['range(1, 2, -1)', '2', 'With this step the end must be below the start.'],
  ['regex("a", "b")', '"b"', 'The pattern matches nothing in the text.'],
  [
    'regex_replace("a", "(", "b")',
    '"("',
    'This is no regular expression that RE2 knows: missing closing ): `(`.',
  ],
  [
    'regexall("(", "a")',
    '"("',
    'This is no regular expression that RE2 knows: missing closing ): `(`.',
  ],
  ['reverse(1)', '1', 'This must be a list, set or tuple, not a number.'],
  [
    'rfc3339_parse("yesterday")',
    '"yesterday"',
    '"yesterday" is no date and time in RFC 3339. Write it like "2006-01-02T15:04:05Z" or "2006',
  ],
  [
    'rsadecrypt("aGk=", "b")',
    '"b"',
    'This is not a private key in PEM form; it starts with "-----BEGIN RSA PRIVATE KEY-----" an',
  ],
  ['setintersection([1], 2)', '2', 'set of dynamic required, but have number.'],
  ['setproduct([1])', 'setproduct([1])', 'Give at least two lists or sets.'],
  ['setunion(1)', '1', 'set of dynamic required, but have number.'],
  ['signum(1.5)', '1.5', 'A whole number is needed, not 1.5.'],
  ['slice([1], 0, 2)', '2', 'The end is 2, but the length only 1.'],
  [
    'substr("a", 1e30, 1)',
    '1e30',
    '1000000000000000000000000000000 is too large: at most 64 bits can be used here.',
  ],
  ['sum(["a", true])', '["a", true]', 'The value does not fit: a number is required.'],
  ['templatefile("/none", {})', '"/none"', 'There is no file "/none".'],
  ['textdecodebase64("/w==", "UTF-8")', '"/w=="', 'The bytes are not text in "UTF-8".'],
  [
    'textencodebase64("日", "US-ASCII")',
    '"日"',
    'The text has a character that "US-ASCII" can\'t represent.',
  ],
  [
    'try(nothing, nothing2)',
    'try(nothing, nothing2)',
    'None of the expressions could be evaluated; at least the last one should be.',
  ],
  ['unix_timestamp_parse(1.5)', '1.5', 'A whole number is needed, not 1.5.'],
  ['uuidv5("x", "a")', '"x"', '"x" is neither dns, url, oid or x500 nor a UUID.'],
  ['values([1])', '[1]', 'This must be a map or object, not a tuple.'],
  ['vault("none", "a")', 'vault("none", "a")', 'There is no "none".'],
  [
    'yamldecode("[")',
    '"["',
    'This is no YAML: Flow sequence must end with a ] (line 1, column 2).',
  ],
  ['zipmap(["a"], [])', '[]', 'The number of keys is 1, that of values 0; they must be the same.'],
];

/** These can do something with all arguments of the right number and types; others are refused as everywhere. */
const refusedByTheirParameters: readonly Refusal[] = [
  ['abs("x")', '"x"', 'a number is required.'],
  ['abspath([])', '[]', 'string required, but have tuple.'],
  ['alltrue("x")', '"x"', 'list of bool required, but have string.'],
  ['anytrue("x")', '"x"', 'list of bool required, but have string.'],
  ['base64encode([])', '[]', 'string required, but have tuple.'],
  ['base64gzip([])', '[]', 'string required, but have tuple.'],
  ['basename([])', '[]', 'string required, but have tuple.'],
  ['can()', ')', 'can() takes 1 argument, and "expression" is missing.'],
  ['ceil("x")', '"x"', 'a number is required.'],
  ['chomp([])', '[]', 'string required, but have tuple.'],
  ['compact("x")', '"x"', 'list of string required, but have string.'],
  ['dirname([])', '[]', 'string required, but have tuple.'],
  ['distinct("x")', '"x"', 'list of dynamic required, but have string.'],
  ['endswith("a", [])', '[]', 'string required, but have tuple.'],
  ['floor("x")', '"x"', 'a number is required.'],
  ['lower([])', '[]', 'string required, but have tuple.'],
  ['md5([])', '[]', 'string required, but have tuple.'],
  ['replace("a", "b", [])', '[]', 'string required, but have tuple.'],
  ['sha1([])', '[]', 'string required, but have tuple.'],
  ['sha256([])', '[]', 'string required, but have tuple.'],
  ['sha512([])', '[]', 'string required, but have tuple.'],
  ['sort("x")', '"x"', 'list of string required, but have string.'],
  ['split(",", [])', '[]', 'string required, but have tuple.'],
  ['startswith("a", [])', '[]', 'string required, but have tuple.'],
  ['strcontains("a", [])', '[]', 'string required, but have tuple.'],
  ['strrev([])', '[]', 'string required, but have tuple.'],
  ['timestamp(1)', '1', 'timestamp() takes only 0 arguments.'],
  ['title([])', '[]', 'string required, but have tuple.'],
  ['trim("a", [])', '[]', 'string required, but have tuple.'],
  ['trimprefix("a", [])', '[]', 'string required, but have tuple.'],
  ['trimspace([])', '[]', 'string required, but have tuple.'],
  ['trimsuffix("a", [])', '[]', 'string required, but have tuple.'],
  ['upper([])', '[]', 'string required, but have tuple.'],
  ['urlencode([])', '[]', 'string required, but have tuple.'],
  ['uuidv4(1)', '1', 'uuidv4() takes only 0 arguments.'],
  ['yamlencode(1, 2)', '2', 'yamlencode() takes only 1 argument.'],
];

const all = [...refusals, ...refusedByTheirParameters];

test('there is a refusal of every function', () => {
  const names = all.map(([call]) => call.slice(0, call.indexOf('(')));
  expect([...new Set(names)].sort()).toEqual(standardFunctions.names());
});

describe('a function refuses', () => {
  test.each(all)('%s', (call, blamed, message) => {
    const askService = (): never => {
      throw new FunctionFailure('There is no "none".');
    };
    const [problem, ...others] = problemsIn(call, { askService });
    expect(others).toEqual([]);
    expect(problem?.detail).toContain(message);
    const { source, start = 0, end } = problem?.subject ?? {};
    expect(source?.text.slice(start, end)).toBe(blamed);
  });
});
