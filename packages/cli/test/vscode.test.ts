import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@bake/plugin-sdk';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Browser, type Page, whyNoBrowser } from './browser.ts';
import { bakeProgram, type Scratch, scratch } from './run-bake.ts';

jest.setTimeout(180_000);

/**
 * code-server is VS Code with its windows in a browser. It takes minutes to install (npm, and a compiler for what it comes
 * with), so that only who has it runs these tests: CONTRIBUTING.md.
 */
const entry = process.env['BAKE_CODE_SERVER'];
const reason = entry === undefined ? 'BAKE_CODE_SERVER names no code-server' : whyNoBrowser();
if (reason !== undefined) console.warn(`SKIPPED: the extension in VS Code: ${reason}`);
const when = reason === undefined ? describe : describe.skip;

const template = `variable "name" {
  default = "web"
}

source "null" "a" {
  communicator = "none"
}

build {
  sources = ["source.null.a"]
  provisioner "shell-local" {
    inlin = ["echo \${var.name}"]
  }
}
`;

when(`the extension in VS Code${reason === undefined ? '' : ` (${reason})`}`, () => {
  let folder: Scratch;
  let server: ChildProcess;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    folder = scratch();
    const at = (...names: readonly string[]): string => join(folder.path, ...names);
    const places = ['--extensions-dir', at('extensions'), '--user-data-dir', at('data')];
    const vsix = at('bake.vsix');
    const pack = ['package', '--no-dependencies', '--allow-missing-repository', '--out', vsix];
    const extension = join(import.meta.dirname, '../../vscode');
    execFileSync('npx', ['--yes', '@vscode/vsce@3', ...pack], { cwd: extension, stdio: 'pipe' });
    const program = [String(entry), ...places];
    const env = { ...process.env, HOME: folder.path };
    execFileSync(process.execPath, [...program, '--install-extension', vsix], {
      env,
      stdio: 'pipe',
    });
    mkdirSync(at('project', 'node_modules', '.bin'), { recursive: true });
    symlinkSync(bakeProgram, at('project', 'node_modules', '.bin', 'bake'));
    writeFileSync(at('project', 'web.pkr.hcl'), template);
    const address = `127.0.0.1:${await freePort()}`;
    const settings = ['--auth', 'none', '--bind-addr', address, '--disable-workspace-trust'];
    const quiet = ['--disable-telemetry', '--disable-update-check'];
    server = spawn(process.execPath, [...program, ...settings, ...quiet], {
      env,
      stdio: 'ignore',
      detached: true,
    });
    await until(() => fetch(`http://${address}/healthz`).then(({ ok }) => ok));
    browser = new Browser();
    // The cursor stands at the end of the line of "communicator".
    const file = `vscode-remote://${address}${at('project', 'web.pkr.hcl')}:6:24`;
    const wish = [
      ['gotoLineMode', 'true'],
      ['openFile', file],
    ];
    const payload = encodeURIComponent(JSON.stringify(wish));
    const url = `http://${address}/?folder=${at('project')}&payload=${payload}`;
    page = await browser.open(url, 1200);
  });
  afterAll(async () => {
    await browser?.close();
    // It starts others, and some of them wait for the browser to come back.
    if (server?.pid !== undefined) process.kill(-server.pid, 'SIGKILL');
    folder?.remove();
  });

  /** Waits until an expression comes to something in the page, and gives it. */
  function shown(expression: string): Promise<unknown> {
    return until(() => page.evaluate(expression));
  }

  /** What JavaScript makes a list of texts of. */
  const texts = (selector: string): string =>
    `[...document.querySelectorAll(${JSON.stringify(selector)})].map((one) => one.textContent)`;

  test('starts the language server, whose errors are underlined, and colours words', async () => {
    expect(await shown(`${texts('.statusbar-item')}.find((text) => text.includes('Packer'))`)).toBe(
      'Packer',
    );
    await shown(`document.querySelectorAll('.squiggly-error').length === 1`);
    // A keyword, a name and a text look different from each other.
    const classes = await page.evaluate(`(() => {
      const spans = [...document.querySelectorAll('.view-line span span')];
      const of = (text) => spans.find((span) => span.textContent.trim() === text)?.className;
      return [of('variable'), of('default'), of('"web"')];
    })()`);
    expect(new Set(classes as string[]).size).toBe(3);
    expect(classes).not.toContain(null);
  });

  test('completes options as they are typed', async () => {
    await page.evaluate(
      `document.querySelector('.monaco-editor textarea, .native-edit-context').focus()`,
    );
    await page.type('\rssh_us');
    const rows = '.suggest-widget.visible .monaco-list-row .label-name';
    expect(await shown(`${texts(rows)}[0]`)).toBe('ssh_username');
  });
});

/** Asks until the answer is neither an error nor empty. */
async function until<T>(ask: () => Promise<T>): Promise<T> {
  const end = Date.now() + 90_000;
  for (;;) {
    const answer = await ask().catch(() => undefined);
    if (answer) return answer;
    if (Date.now() > end) throw new Error('It did not come about in a minute and a half');
    await sleep(200);
  }
}
