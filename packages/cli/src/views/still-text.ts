const esc = String.raw`\u001b`;

/** ECMA-48: control sequences (colours end with `m`), strings such as titles, and short sequences. */
const sequences = new RegExp(
  [
    String.raw`${esc}\[[0-?]*[ -/]*[@-~]`,
    String.raw`${esc}[\]PX^_][^\u0007\u001b]*(?:\u0007|${esc}\\)?`,
    String.raw`${esc}[ -/]*[0-OQ-WYZ\x60-~]`,
  ].join('|'),
  'g',
);

/** Control characters but for tabs, line breaks, and what begins a colour. */
const controls = new RegExp(String.raw`(?![\n\t]|${esc}\[[0-9;:]*m)\p{Cc}`, 'gu');

/**
 * The text without what would move the cursor away from its line: control characters, and all escape sequences
 * but colours, which end with the text.
 */
export function stillText(text: string): string {
  const quiet = text.replace(sequences, (found) => (found.endsWith('m') ? found : ''));
  const plain = quiet.replace(controls, '');
  return plain.includes('\u001b') ? `${plain}\u001b[0m` : plain;
}
