import { describe, expect, test } from '@jest/globals';
import { jsonOf, problemsOf, resultOf } from './evaluation.ts';

const startTime = new Date('2024-01-02T03:04:05.678Z');

describe('a time function gives', () => {
  test.each([
    [`formatdate("YYYY-MM-DD'T'hh:mm:ssZ", "2020-02-03T04:05:06Z")`, '2020-02-03T04:05:06Z'],
    [
      'formatdate("YY M MM MMM MMMM D DD EEE EEEE h hh H HH AA aa m mm s ss Z ZZZ ZZZZ ZZZZZ", "2020-02-03T14:05:06+05:30")',
      '20 2 02 Feb February 3 03 Mon Monday 14 14 2 02 PM pm 5 05 6 06 +05:30 +0530 +0530 +05:30',
    ],
    ['formatdate("Z ZZZ ZZZZ ZZZZZ", "2020-02-03T14:05:06-00:00")', 'Z UTC +0000 +00:00'],
    ['formatdate("Z ZZZ ZZZZ ZZZZZ", "2020-02-03T14:05:06-03:30")', '-03:30 -0330 -0330 -03:30'],
    ['formatdate("H HH AA", "2020-02-03T00:05:06Z")', '12 12 AM'],
    ['formatdate("H HH aa", "2020-02-03T12:05:06Z")', '12 12 pm'],
    [`formatdate("'it''s' YYYY", "2020-02-03T12:05:06Z")`, "it's 2020"],
    [`formatdate("''", "2020-02-03T12:05:06Z")`, "'"],
    [`formatdate("''''DD'a''''b'", "2020-02-03T12:05:06Z")`, "''03a''b"],
    [`formatdate("'a''", "2020-02-03T12:05:06Z")`, "a'"],
    ['formatdate("é日_1", "2020-02-03T12:05:06Z")', 'é日_1'],
    ['formatdate("h ss", "2020-02-29T01:05:06.789Z")', '1 06'],
    ['formatdate("YYYY EEE", "0001-01-01T00:00:00Z")', '0001 Mon'],
    ['legacy_isotime()', '2024-01-02T03:04:05Z'],
    ['legacy_isotime("2006-01-02 foo")', '2024-01-02 foo'],
    ['legacy_strftime()', '2024-01-02T03:04:05Z'],
    ['legacy_strftime("%Y-%m-%d %H:%M:%S")', '2024-01-02 03:04:05'],
    [
      'legacy_strftime("%A %a %B %b %d|%H|%I|%L|%M|%m|%p|%S|%Y|%y|%Z|%z|%%")',
      'Tuesday Tue January Jan 02|03|03|.678|04|01|AM|05|2024|24|UTC|+0000|%',
    ],
    // What the library of Packer does not know stays.
    ['legacy_strftime("%D %F %j %é %")', '%D %F %j %é %'],
  ])('%s', (text, expected) => {
    expect(resultOf(text, { startTime })).toMatchObject({ kind: 'string', value: expected });
  });

  test.each([
    [
      'rfc3339_parse("2021-01-03T23:04:05+02:00")',
      '{"day":3,"hour":23,"iso_week":53,"iso_year":2020,"minute":4,"month":1,"month_name":"January","second":5,"unix":1609707845,"weekday":0,"weekday_name":"Sunday","year":2021,"year_day":3}',
    ],
    ['rfc3339_parse("2024-12-31 00:00:00.25Z").iso_week', '1'],
    ['rfc3339_parse("2024-12-31 00:00:00.25Z").iso_year', '2025'],
    ['rfc3339_parse("2024-12-31T00:00:00Z").year_day', '366'],
    ['rfc3339_parse("1969-12-31T23:59:59Z").unix', '-1'],
    [
      'unix_timestamp_parse(1609707845)',
      '{"day":3,"hour":21,"iso_week":53,"iso_year":2020,"minute":4,"month":1,"month_name":"January","rfc3339":"2021-01-03T21:04:05Z","second":5,"weekday":0,"weekday_name":"Sunday","year":2021,"year_day":3}',
    ],
    ['unix_timestamp_parse("-1").rfc3339', '"1969-12-31T23:59:59Z"'],
  ])('%s', (text, json) => {
    expect(jsonOf(text)).toBe(json);
  });

  test('the current time, again at each call', async () => {
    const before = Math.floor(Date.now() / 1000);
    const given = resultOf('rfc3339_parse(timestamp()).unix');
    expect(given).toMatchObject({ kind: 'number' });
    const seconds = Number(jsonOf('rfc3339_parse(timestamp()).unix'));
    expect(seconds).toBeGreaterThanOrEqual(before);
    expect(seconds).toBeLessThanOrEqual(Math.ceil(Date.now() / 1000));
  });
});

describe('legacy_isotime writes', () => {
  test.each([
    ['2006-01-02T15:04:05Z07:00', '2024-01-02T03:04:05Z'],
    ['Mon Jan _2 15:04:05 MST 2006', 'Tue Jan  2 03:04:05 UTC 2024'],
    [
      'Monday January 002 __2 06 1 2 3 03 4 5 PM pm',
      'Tuesday January 002   2 24 1 2 3 03 4 5 AM am',
    ],
    ['Janet Month Monsoon', 'Janet Month Monsoon'],
    [
      '-0700 -07:00 -07 -070000 -07:00:00 Z0700 Z07 Z070000 Z07:00:00',
      '+0000 +00:00 +00 +000000 +00:00:00 Z Z Z Z',
    ],
    ['05.000 05.999 05,0 05.00000 .0001 .9', '05.678 05.678 05,6 05.67800 .0001 .6'],
    ['_2006 __2006 2x', '_2024   2024 2x'],
    ['', ''],
  ])('"%s"', (layout, expected) => {
    const result = resultOf(`legacy_isotime("${layout}")`, { startTime });
    expect(result).toMatchObject({ value: expected });
  });
});

describe('a time function refuses', () => {
  test.each([
    [`formatdate("'it", "2020-02-03T12:05:06Z")`, 'A text in single quotes is never closed.'],
    [
      'formatdate("x", "2020-02-03T12:05:06Z")',
      '"x" is no part of a date. Put literal text in single quotes.',
    ],
    [
      'formatdate("YYY", "2020-02-03T12:05:06Z")',
      '"YYY" is no part of a date. There are YY, YYYY.',
    ],
    ['formatdate("ZZ", "2020-02-03T12:05:06Z")', 'There are Z, ZZZ, ZZZZ, ZZZZZ.'],
    [
      'formatdate("YYYY", "2020-02-03")',
      '"time" of formatdate() does not do: "2020-02-03" is no date and time in RFC 3339.',
    ],
    ['formatdate("YYYY", "2020-02-03 12:05:06Z")', 'is no date and time in RFC 3339'],
    ['formatdate("YYYY", "2020-02-03t12:05:06z")', 'is no date and time in RFC 3339'],
    ['formatdate("YYYY", "2021-02-29T12:05:06Z")', 'there is no such day'],
    ['formatdate("YYYY", "2020-13-03T12:05:06Z")', 'there is no such month'],
    ['formatdate("YYYY", "2020-02-03T24:05:06Z")', 'there is no such hour'],
    ['formatdate("YYYY", "2020-02-03T12:60:06Z")', 'there is no such minute'],
    ['formatdate("YYYY", "2020-02-03T12:05:60Z")', 'there is no such second'],
    ['formatdate("YYYY", "2020-02-03T12:05:06+25:00")', 'there is no such offset'],
    ['formatdate("YYYY", "2020-02-03T1:05:06Z")', 'is no date and time in RFC 3339'],
    ['formatdate("YYYY", "2020-02-03T12:05:06,7Z")', 'is no date and time in RFC 3339'],
    ['formatdate("YYYY", "2020-02-03T12:05:06+24:00")', 'there is no such offset'],
    ['formatdate("YYYY", "2020-02-03T12:05:06+23:60")', 'there is no such offset'],
    ['rfc3339_parse("2020-02-03T12:05:06+25:00")', 'there is no such offset'],
    ['rfc3339_parse("yesterday")', 'is no date and time in RFC 3339'],
    ['unix_timestamp_parse(1.5)', 'A whole number is needed, not 1.5.'],
    ['unix_timestamp_parse(1e15)', 'The time lies too many years away'],
    ['legacy_isotime("2006", "01")', 'Give one format, or none for RFC 3339.'],
    ['legacy_strftime("%Y", "%m")', 'Give one format, or none for RFC 3339.'],
  ])('%s: %s', (text, message) => {
    expect(problemsOf(text)).toContain(message);
  });
});
