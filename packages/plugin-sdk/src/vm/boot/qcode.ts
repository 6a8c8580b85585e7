import { Failure } from '../../failure.ts';
import type { Keyboard } from './keyboard.ts';
import type { BootKey, SpecialKey } from './parse-boot-command.ts';

const special: Readonly<Record<SpecialKey, string>> = {
  bs: 'backspace',
  del: 'delete',
  down: 'down',
  end: 'end',
  enter: 'ret',
  esc: 'esc',
  f1: 'f1',
  f2: 'f2',
  f3: 'f3',
  f4: 'f4',
  f5: 'f5',
  f6: 'f6',
  f7: 'f7',
  f8: 'f8',
  f9: 'f9',
  f10: 'f10',
  f11: 'f11',
  f12: 'f12',
  home: 'home',
  insert: 'insert',
  left: 'left',
  leftalt: 'alt',
  leftctrl: 'ctrl',
  leftmeta: 'meta_l',
  leftshift: 'shift',
  leftsuper: 'meta_l',
  // The key of that name on a PC's keyboard; QEMU's "menu" is another one.
  menu: 'compose',
  pagedown: 'pgdn',
  pageup: 'pgup',
  return: 'ret',
  right: 'right',
  rightalt: 'alt_r',
  rightctrl: 'ctrl_r',
  rightmeta: 'meta_r',
  rightshift: 'shift_r',
  rightsuper: 'meta_r',
  spacebar: 'spc',
  tab: 'tab',
  up: 'up',
};

/** Keys of a keyboard for the United States by what they print, without and with shift. */
const printing: readonly (readonly [plain: string, shifted: string, qcode: string])[] = [
  ['-', '_', 'minus'],
  ['=', '+', 'equal'],
  ['[', '{', 'bracket_left'],
  [']', '}', 'bracket_right'],
  [';', ':', 'semicolon'],
  ["'", '"', 'apostrophe'],
  ['`', '~', 'grave_accent'],
  ['\\', '|', 'backslash'],
  [',', '<', 'comma'],
  ['.', '>', 'dot'],
  ['/', '?', 'slash'],
  [' ', ' ', 'spc'],
  ...[...')!@#$%^&*('].map((sign, digit) => [String(digit), sign, String(digit)] as const),
  ...[...'abcdefghijklmnopqrstuvwxyz'].map(
    (letter) => [letter, letter.toUpperCase(), letter] as const,
  ),
];

/** QEMU's name of a key (`QKeyCode`); `undefined` for a character that no key of a US keyboard prints. */
export function qcodeOf(key: BootKey): string | undefined {
  if (key.kind === 'special') return special[key.name];
  const { character } = key;
  return printing.find(([plain, shifted]) => plain === character || shifted === character)?.[2];
}

/** A keyboard whose keys go to QEMU by their names: `send` is QMP's `input-send-event`, for instance. */
export function qcodeKeyboard(
  send: (qcode: string, isDown: boolean) => Promise<void>,
  close: () => Promise<void> = async () => undefined,
): Keyboard {
  return {
    send: async (key, isDown) => {
      const qcode = qcodeOf(key);
      if (qcode === undefined) throw noKey(key);
      await send(qcode, isDown);
    },
    close,
  };
}

function noKey(key: BootKey): Failure {
  return new Failure({
    summary: `There is no key for ${JSON.stringify(key.kind === 'character' ? key.character : key.name)}`,
    detail:
      'The boot command is typed on a keyboard for the United States, which has no other characters than ASCII.',
  });
}
