/**
 * How long it takes from an edit of a template of 5,000 lines to all that there is to say of it, at the other end of a
 * pipe as an editor is. Packer has nothing of the kind: beside it stands how long its `validate` takes on that file.
 */
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bake, env, packer } from './commands.js';
import { startEditor } from './editor-client.js';
import { median } from './pairs.js';
import { validateArgs } from './validate.js';
import { images } from './validated-templates.js';
import { watchedRun } from './watched-run.js';

const lineCount = 5_000;
const limit = 20_000;
/** What is typed into a provisioner, key by key, and taken away again at once: half of it on the way is no HCL. */
const typed = '    max_retries = "${1 + 2}"\n';

/**
 * Gives `{ lines, edits, first, median, p95, busy, theirs, isDone }`, times in milliseconds: of the first look at the
 * template, of the edits, of the processors in an edit on average (where there is `/proc`), and of packer, which is only
 * there when there is a packer.
 */
export async function benchEditor(folder, hasPacker) {
  // The server knows the folder by its real path.
  const place = join(realpathSync(folder), 'editor');
  mkdirSync(place, { recursive: true });
  const text = largeTemplate();
  writeFileSync(join(place, 'main.pkr.hcl'), text);
  const times = await timeEdits(place, text);
  const sorted = times.edits.toSorted((a, b) => a - b);
  const theirs =
    hasPacker && (await watchedRun([...packer, ...validateArgs], { cwd: place, env, limit }));
  return {
    lines: text.split('\n').length - 1,
    edits: sorted.length,
    first: times.first,
    median: median(sorted),
    busy: times.busy,
    p95: sorted[Math.ceil(sorted.length * 0.95) - 1],
    ...(theirs && { theirs: theirs.milliseconds, isDone: theirs.isDone }),
  };
}

function largeTemplate() {
  const linesPerImage = images(1).split('\n').length - 1;
  return images(Math.ceil(lineCount / linesPerImage));
}

async function timeEdits(folder, text) {
  const editor = startEditor([...bake, 'language-server'], { cwd: folder, env });
  try {
    await editor.request('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
    editor.notify('initialized', {});
    const document = new Document(editor, pathToFileURL(join(folder, 'main.pkr.hcl')).href);
    const first = await document.open(text);
    const edits = [];
    const before = processorTime(editor.pid);
    for (const part of [0.1, 0.5, 0.9]) {
      edits.push(...(await typeInto(document, provisionerLine(text, part))));
    }
    const busy = (processorTime(editor.pid) - before) / edits.length;
    return { first, edits, busy };
  } finally {
    await editor.end();
  }
}

/** What the processors have done for a process, in milliseconds; NaN where that is not to be known. */
function processorTime(pid) {
  try {
    const [, fields] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ');
    const [user, system] = fields.split(' ').slice(11, 13).map(Number);
    return (user + system) * 10;
  } catch {
    return Number.NaN;
  }
}

/** The number of a line in a provisioner, so far down the text. */
function provisionerLine(text, part) {
  const lines = text.split('\n');
  const start = Math.floor(lines.length * part);
  return lines.findIndex((line, at) => at >= start && line.startsWith('    inline'));
}

/** Types line by line and key by key, and gives the time of each edit. */
async function typeInto(document, line) {
  const times = [];
  for (let column = 0; column < typed.length; column += 1) {
    const at = { line, character: column };
    times.push(await document.edit(at, at, typed[column]));
  }
  const start = { line, character: 0 };
  times.push(await document.edit(start, { line: line + 1, character: 0 }, ''));
  return times;
}

/** A document that is open in the server. */
class Document {
  #version = 1;
  #editor;
  #uri;

  constructor(editor, uri) {
    this.#editor = editor;
    this.#uri = uri;
  }

  open(text) {
    const textDocument = { uri: this.#uri, languageId: 'packer', version: 1, text };
    return this.#timed('textDocument/didOpen', { textDocument });
  }

  edit(start, end, text) {
    this.#version += 1;
    return this.#timed('textDocument/didChange', {
      textDocument: { uri: this.#uri, version: this.#version },
      contentChanges: [{ range: { start, end }, text }],
    });
  }

  /** Milliseconds until the server has said what there is to say of this version. */
  async #timed(method, params) {
    const told = this.#editor.next(
      'textDocument/publishDiagnostics',
      ({ uri, version }) => uri === this.#uri && version === this.#version,
    );
    const start = performance.now();
    this.#editor.notify(method, params);
    await told;
    return performance.now() - start;
  }
}
