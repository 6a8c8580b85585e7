import { isPrintable } from '@bake/hcl/go-text';

const htmlEscapes: Readonly<Record<string, string>> = {
  '\0': '\ufffd',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

/** Text for HTML, as Go's `html` gives it. */
export function escapeHtml(text: string): string {
  return text.replace(/[\0"'&<>]/g, (char) => htmlEscapes[char] ?? char);
}

const jsEscapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
};

/** Text for a JavaScript string, as Go's `js` gives it. */
export function escapeJs(text: string): string {
  return text.replace(/[\\'"<>&=]|[^ -~]/gu, (char) => {
    if (char > '~' && isPrintable(char)) return char;
    const code = char.codePointAt(0) ?? 0;
    return jsEscapes[char] ?? `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

/** Text for the query of a URL, as Go's `urlquery` gives it. */
export function escapeUrlQuery(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString())
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%20/g, '+');
}
