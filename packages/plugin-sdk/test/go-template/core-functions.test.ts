import type { BuildFacts } from '@bake/plugin-sdk';
import { describe, expect, test } from '@jest/globals';
import { coreFunctions, renderForBuild, renderTemplate } from '../../src/go-template/index.ts';

const facts = {
  buildName: 'web',
  builderType: 'null',
  coreVersion: '1.16.0',
  startTime: new Date(Date.UTC(2024, 1, 9, 15, 4, 5, 70)),
  workingDir: '/some/folder',
};

function render(text: string, data?: Readonly<Record<string, unknown>>): string {
  const functions = coreFunctions(data === undefined ? facts : { ...facts, data });
  return renderTemplate(text, { data: data ?? {}, functions });
}

test.each([
  ['{{build_name}} {{build_type}}', 'web null'],
  ['{{packer_version}}', '1.16.0'],
  ['{{pwd}}', '/some/folder'],
  ['{{timestamp}}', '1707491045'],
  ['{{isotime}}', '2024-02-09T15:04:05Z'],
  ['{{isotime "20060102150405"}}', '20240209150405'],
  [
    '{{isotime "Monday Mon January Jan 1 01 2 _2 02 002 __2"}}',
    'Friday Fri February Feb 2 02 9  9 09 040  40',
  ],
  ['{{isotime "15 3 03 4 04 5 05 PM pm 06 2006"}}', '15 3 03 4 04 5 05 PM pm 24 2024'],
  ['{{isotime "05.000 05.999 05.00 05,000000 .9"}}', '05.070 05.07 05.07 05,070000 '],
  ['{{isotime "MST -0700 -07:00 -07 Z07:00 Z0700 Z07"}}', 'UTC +0000 +00:00 +00 Z Z Z'],
  ['{{isotime "Month Monthly week 2nd"}}', 'Month Monthly week 9nd'],
  [
    '{{strftime "%a %A %b %B %d %H %I %m %M %p %S %y %Y %z %Z %%"}}',
    'Fri Friday Feb February 09 15 03 02 04 PM 05 24 2024 +0000 UTC %',
  ],
  ['{{strftime "%L %j %Q %"}}', '.070 %j %Q %'],
  ['{{upper "aé"}}{{lower "BÉ"}}', 'AÉbé'],
  ['{{replace "a" "b" 2 "aaaa"}}', 'bbaa'],
  ['{{replace "a" "b" -1 "aaaa"}}', 'bbbb'],
  ['{{replace "" "-" 2 "abc"}}', '-a-bc'],
  ['{{replace_all "" "-" "abc"}}', '-a-b-c-'],
  ['{{replace_all "$" "$&" "a$"}}', 'a$&'],
  ['{{"a b" | replace_all " " "_"}}', 'a_b'],
  ['{{split "a-b-c" "-" 1}}', 'b'],
  ['{{split build_name "e" 0}}', 'w'],
])('%s gives %s', (text, want) => {
  expect(render(text)).toBe(want);
});

test('build gives values of the build', () => {
  const data = { ID: 'i-1', Port: 22 };
  expect(render('{{build `ID`}}:{{build "Port"}}', data)).toBe('i-1:22');
});

test('uuid grows with time and is never the same', () => {
  const [first = '', second = ''] = render('{{uuid}} {{uuid}}').split(' ');
  expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  expect(second.slice(0, 8) >= first.slice(0, 8)).toBe(true);
  expect(second).not.toBe(first);
});

describe.each([
  ['{{build `ID`}}', 'the given variable ID will not be passed into your plugin'],
  ['{{template_dir}}', 'template path not available'],
  ['{{env "HOME"}}', 'env vars are not allowed here'],
  ['{{user `x`}}', 'use var.NAME'],
  ['{{sed "s/a/b/" "a"}}', 'deprecated use `replace` or `replace_all`'],
  ['{{split "a,b" "," 5}}', 'the substring 5 was unavailable'],
  ['{{isotime "a" "b"}}', 'too many values, 1 needed: [a b]'],
  ['{{clean_resource_name "x"}}', 'function "clean_resource_name" not defined'],
])('%s', (text, message) => {
  test(`fails: ${message}`, () => {
    expect(() => render(text)).toThrow(message);
  });
});

test('build fails for a value that is not there', () => {
  expect(() => render('{{build `Nope`}}', { ID: 'x' })).toThrow('couldnt find Nope');
});

describe('renderForBuild', () => {
  const build: BuildFacts = {
    name: 'b.null.web',
    sourceName: 'web',
    builderType: 'null',
    runUuid: 'u',
    coreVersion: '1.16.0',
    force: false,
    debug: false,
  };

  test('sees the values of the build, further ones and the functions', () => {
    const text = '{{.Vars}} {{build `ID`}} {{.ID}} {{build_name}} {{pwd}}';
    const want = `V i-1 i-1 web ${process.cwd()}`;
    expect(renderForBuild(text, { build, data: { ID: 'i-1' } }, { Vars: 'V' })).toBe(want);
  });

  test('does not render what a value brings in', () => {
    expect(renderForBuild('{{.Vars}}', { build, data: {} }, { Vars: '{{.Path}} {{' })).toBe(
      '{{.Path}} {{',
    );
  });
});
