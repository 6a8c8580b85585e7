import { parseXml, type XmlElement, XmlError } from './xml.ts';

const start = Buffer.from('#< CLIXML');
const end = Buffer.from('</Objs>');

/**
 * Turns what PowerShell writes to a redirected stderr, objects in XML (CLIXML), into the text that a person would see.
 * Reports of progress are dropped; what is no CLIXML goes through as it is.
 */
export class ClixmlDecoder {
  #waiting = Buffer.alloc(0);

  /** Takes a piece of output, and gives what can be shown by now. */
  push(bytes: Uint8Array): Buffer {
    this.#waiting = Buffer.concat([this.#waiting, bytes]);
    const shown: Buffer[] = [];
    for (let next = this.#next(); next !== undefined; next = this.#next()) shown.push(next);
    return Buffer.concat(shown);
  }

  /** What is left when there is no more: a document that is cut short is shown as it is. */
  flush(): Buffer {
    const rest = this.#waiting;
    this.#waiting = Buffer.alloc(0);
    return rest;
  }

  /** Takes away from what waits the first part that is settled. */
  #next(): Buffer | undefined {
    const waiting = this.#waiting;
    const at = waiting.indexOf(start);
    if (at !== 0) return this.#take(at > 0 ? at : waiting.length - beginning(waiting), false);
    const last = waiting.indexOf(end);
    if (last < 0) return undefined;
    return this.#take(last + end.length, true);
  }

  #take(length: number, isClixml: boolean): Buffer | undefined {
    if (length === 0) return undefined;
    const taken = this.#waiting.subarray(0, length);
    this.#waiting = this.#waiting.subarray(length);
    if (!isClixml) return taken;
    return Buffer.from(textOfClixml(taken.subarray(start.length).toString()));
  }
}

/** How many bytes at the end may be the beginning of a document. */
function beginning(bytes: Buffer): number {
  for (let length = Math.min(start.length - 1, bytes.length); length > 0; length -= 1) {
    if (bytes.subarray(-length).equals(start.subarray(0, length))) return length;
  }
  return 0;
}

/** What PowerShell puts before a line of these, if it shows them itself. */
const labels: Readonly<Record<string, string>> = {
  warning: 'WARNING: ',
  verbose: 'VERBOSE: ',
  debug: 'DEBUG: ',
};

/** The text in a document of CLIXML. */
function textOfClixml(document: string): string {
  let root: XmlElement;
  try {
    root = parseXml(document.trim());
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    return document;
  }
  return root.children.map((element) => textOfRecord(element)).join('');
}

function textOfRecord({ name, attributes, text }: XmlElement): string {
  const stream = (attributes['S'] ?? '').toLowerCase();
  if (name !== 'S' || stream === 'progress') return '';
  const line = unescapeText(text);
  // Errors bring their line ends, the others are a line each.
  if (stream === 'error' || stream === 'output') return line;
  return `${labels[stream] ?? ''}${line}\n`;
}

/** `_x000D_` is how CLIXML writes characters that XML can't hold. */
function unescapeText(text: string): string {
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}
