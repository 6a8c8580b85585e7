import { categoryOf } from './character-category.ts';

/**
 * The text in Unicode's normal form C, as HCL has strings. Marks, and letters that marks compose with, that Unicode has had
 * since version 15, the one that HCL and Packer know, are characters like any other.
 */
export function normalText(text: string): string {
  const normal = text.normalize('NFC');
  if (normal === text) return normal;
  let result = '';
  let part = '';
  for (const character of text) {
    if (categoryOf(character) === 'Cn') {
      result += part.normalize('NFC') + character;
      part = '';
    } else {
      part += character;
    }
  }
  return result + part.normalize('NFC');
}
