/** The text inside of an element or a quoted attribute of HTML and SVG. Characters that XML cannot have become `\ufffd`. */
export function escapedForMarkup(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\ufffd');
}
