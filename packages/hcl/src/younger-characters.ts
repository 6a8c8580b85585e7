/**
 * Marks, and letters that marks compose with, that Unicode has had since version 15: the one that HCL and
 * Packer know, to whom they are characters like any other.
 */
const younger =
  '[\\u{897}\\u{1acf}-\\u{1add}\\u{1ae0}-\\u{1aeb}\\u{105c9}\\u{105d2}\\u{105da}\\u{105e4}\\u{10d69}-\\u{10d6d}' +
  '\\u{10efa}-\\u{10efc}\\u{11382}-\\u{11385}\\u{1138b}\\u{1138e}\\u{11390}\\u{11391}\\u{113b8}-\\u{113c0}\\u{113c2}' +
  '\\u{113c5}\\u{113c7}-\\u{113ca}\\u{113cc}-\\u{113d2}\\u{113e1}\\u{113e2}\\u{11b60}-\\u{11b67}\\u{11f5a}' +
  '\\u{1611e}-\\u{1612f}\\u{16d63}\\u{16d67}-\\u{16d6a}\\u{1e5ee}\\u{1e5ef}\\u{1e6e3}\\u{1e6e6}\\u{1e6ee}\\u{1e6ef}\\u{1e6f5}]';

const some = new RegExp(younger, 'u');
const runs = new RegExp(`(${younger}+)`, 'u');

/** The text in Unicode's normal form C, as HCL has strings. */
export function normalText(text: string): string {
  const normal = text.normalize('NFC');
  if (normal === text || !some.test(text)) return normal;
  return text
    .split(runs)
    .map((part) => (some.test(part) ? part : part.normalize('NFC')))
    .join('');
}
