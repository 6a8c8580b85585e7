import type { BootKey, SpecialKey } from './parse-boot-command.ts';

/** Keys with names as X11 numbers them (keysymdef.h), which is how VNC does; X11's own Meta would be Alt. */
const special: Readonly<Record<SpecialKey, number>> = {
  bs: 0xff08,
  del: 0xffff,
  down: 0xff54,
  end: 0xff57,
  enter: 0xff0d,
  esc: 0xff1b,
  f1: 0xffbe,
  f2: 0xffbf,
  f3: 0xffc0,
  f4: 0xffc1,
  f5: 0xffc2,
  f6: 0xffc3,
  f7: 0xffc4,
  f8: 0xffc5,
  f9: 0xffc6,
  f10: 0xffc7,
  f11: 0xffc8,
  f12: 0xffc9,
  home: 0xff50,
  insert: 0xff63,
  left: 0xff51,
  leftalt: 0xffe9,
  leftctrl: 0xffe3,
  leftmeta: 0xffeb,
  leftshift: 0xffe1,
  leftsuper: 0xffeb,
  menu: 0xff67,
  pagedown: 0xff56,
  pageup: 0xff55,
  return: 0xff0d,
  right: 0xff53,
  rightalt: 0xffea,
  rightctrl: 0xffe4,
  rightmeta: 0xffec,
  rightshift: 0xffe2,
  rightsuper: 0xffec,
  spacebar: 0x20,
  tab: 0xff09,
  up: 0xff52,
};

/** The number of a key for VNC (RFC 6143, section 7.5.4). */
export function keysymOf(key: BootKey): number {
  if (key.kind === 'special') return special[key.name];
  const code = key.character.codePointAt(0) as number;
  // Latin 1 and the euro have had their numbers before there was a rule for all of Unicode.
  return code <= 0xff || code === 0x20ac ? code : 0x01000000 + code;
}
