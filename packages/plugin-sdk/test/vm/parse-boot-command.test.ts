import { expect, test } from '@jest/globals';
import { withDefaults } from '../../src/index.ts';
import { complaintsOf, Random } from '../../src/testing/index.ts';
import {
  type BootAction,
  bootOptions,
  bootStepsOption,
  checkBoot,
  parseBootCommand,
  specialKeys,
} from '../../src/vm/index.ts';

/** An action in short: `a`, `+leftshift` (held), `-a` (let go), `wait 1000`. */
function short(action: BootAction): string {
  if (action.kind === 'wait') return `wait ${action.milliseconds}`;
  const sign = { press: '', hold: '+', release: '-' }[action.action];
  return `${sign}${action.key.kind === 'special' ? `<${action.key.name}>` : action.key.character}`;
}

const read = (text: string): string[] => parseBootCommand(text).actions.map(short);

test.each([
  ['', ''],
  ['aB1 !', 'a|B|1| |!'],
  ['é€😀\n', 'é|€|😀|\n'],
  ['<enter>', '<enter>'],
  ['<ENTER><Return><f1><f12><pageUp><spaceBar>', '<enter>|<return>|<f1>|<f12>|<pageup>|<spacebar>'],
  ['<leftShiftOn>a<leftShiftOff>', '+<leftshift>|a|-<leftshift>'],
  ['<LEFTCTRLON><cOn><cOff><leftctrloff>', '+<leftctrl>|+c|-c|-<leftctrl>'],
  ['<<On><😀off>< on>', '+<|-😀|+ '],
  ['<wait>', 'wait 1000'],
  ['<wait5><wait10>', 'wait 5000|wait 10000'],
  ['<wait300ms><wait1.5h><wait1m30s>', 'wait 300|wait 5400000|wait 90000'],
  ['<wait1us><wait5µs>', 'wait 0.001|wait 0.005'],
  ['<Wait>', '<|W|a|i|t|>'],
  ['<wait05>', '<|w|a|i|t|0|5|>'],
  ['<wait 5>', '<|w|a|i|t| |5|>'],
  ['<waitOn>', '<|w|a|i|t|O|n|>'],
  ['<foo>', '<|f|o|o|>'],
  ['<f13>', '<|f|1|3|>'],
  ['<enter', '<|e|n|t|e|r'],
  ['a<b>c', 'a|<|b|>|c'],
  ['<<enter>>', '<|<enter>|>'],
  ['{{ .HTTPIP }}', [...'{{ .HTTPIP }}'].join('|')],
])('%j', (text, actions) => {
  expect(read(text).join('|')).toBe(actions);
});

test.each(specialKeys)('<%s> can be pressed, held and let go', (name) => {
  expect(read(`<${name}><${name}On><${name}Off>`)).toEqual([
    `<${name}>`,
    `+<${name}>`,
    `-<${name}>`,
  ]);
});

test('all offsets together are the text', () => {
  const random = new Random(1);
  const pieces = ['<', '>', 'wait', '5', 's', 'on', 'Off', 'left', 'Shift', 'f1', 'é', '😀', '-'];
  for (let round = 0; round < 2000; round += 1) {
    const text = Array.from({ length: 8 }, () => random.pick(pieces)).join('');
    const { actions, problems } = parseBootCommand(text);
    const starts = [...actions, ...problems.filter(({ kind }) => kind === 'error')].map(
      ({ offset }) => offset,
    );
    expect(new Set(starts).size).toBe(starts.length);
    for (const action of actions) {
      const isPress = action.kind === 'key' && action.action === 'press';
      const start = isPress && action.key.kind === 'character' ? action.key.character : '<';
      expect(text.startsWith(start, action.offset)).toBe(true);
    }
  }
});

test.each([
  ['<wait0>', '"<wait0>" does not wait', 0],
  ['ab<wait0s>', '"<wait0s>" does not wait', 2],
  ['<wait-5s>', '"<wait-5s>" does not wait', 0],
  ['<wait1s-5s>', '"<wait1s-5s>" does not wait', 0],
])('%s is an error', (text, summary, offset) => {
  const { problems } = parseBootCommand(text);
  expect(problems).toMatchObject([{ kind: 'error', summary, offset }]);
});

test.each([
  ['<entre>', '<enter>'],
  ['<leftShftOn>', '<leftshiftOn>'],
  ['<space>', '<spacebar>'],
  ['<ctrlOff>', '<leftctrlOff>'],
  ['<wait05>', '<wait>, <wait5> or <wait1m30s>'],
  ['<Wait10>', '<wait>, <wait5> or <wait1m30s>'],
])('%s is probably a slip', (text, meant) => {
  const detail = `Did you mean ${meant}?`;
  expect(parseBootCommand(text).problems).toMatchObject([{ kind: 'slip', detail, offset: 0 }]);
});

test.each(['<html>', '<p>', '<<EOF', '<foo>', '<b>', 'a < b > c'])('%s is text', (text) => {
  expect(parseBootCommand(text).problems).toEqual([]);
});

const schema = { ...bootOptions, ...bootStepsOption };
const check = (given: Parameters<typeof withDefaults<typeof schema>>[1]): Promise<string[]> =>
  complaintsOf((complain) => checkBoot(withDefaults(schema, given), complain));

test('tells in which text a mistake stands', async () => {
  expect(await check({ boot_command: ['é<en', 'ter><wait0>', '<wait1'] })).toEqual([
    'boot_command.1: "<wait0>" does not wait',
  ]);
  const details: string[] = [];
  const options = withDefaults(schema, { boot_command: ['<up>', '😀a<wait0>'] });
  await checkBoot(options, (_, { detail = '' }) => details.push(detail));
  expect(details).toEqual([expect.stringContaining('at character 3 of the text')]);
});

test('checks templates and steps', async () => {
  expect(await check({ boot_command: ['{{ .HTTPIP }'] })).toEqual([
    expect.stringMatching(/^boot_command\.0: /),
  ]);
  expect(await check({ boot_steps: [['<wait0>', 'x'], ['{{ nope }}']] })).toEqual([
    'boot_steps.0: "<wait0>" does not wait',
    expect.stringMatching(/^boot_steps\.1: /),
  ]);
  expect(await check({ boot_steps: [[], ['a', 'b', 'c']], boot_command: ['a'] })).toEqual([
    'boot_steps: "boot_steps" is not used, since there is "boot_command"',
    'boot_steps.0: A boot step has a text and perhaps a description, not 0 texts',
    'boot_steps.1: A boot step has a text and perhaps a description, not 3 texts',
  ]);
  expect(await check({ boot_steps: [['<enter>', 'Start']] })).toEqual([]);
});
