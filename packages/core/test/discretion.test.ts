import { afterEach, expect, test } from '@jest/globals';
import { bake, planAt, transcript, workspace } from './bake-template.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const secret = 'hunter2 secret';

test.each([
  ['a duration', 'provisioner "say" {\n text = "x"\n timeout = var.pw\n }'],
  [
    'a choice',
    'provisioner "say" {\n text = "x"\n override = { a = { text = "x", failures = var.pw } }\n }',
  ],
  ['a Go template', 'provisioner "say" {\n text = "{{ ${var.pw} }}"\n }'],
  ['a source reference', 'source "null.${var.pw}" {}\n provisioner "say" { text = "x" }'],
])('a message about %s does not quote a secret', async (_, component) => {
  const { path, remove } = workspace({
    'main.pkr.hcl': `
variable "pw" {
  type      = string
  sensitive = true
}
source "test" "a" {
  file = "\${path.root}/x"
  wait = var.pw
  fail = var.pw
}
build {
  sources = ["test.a", "test.\${var.pw}"]
  ${component}
}`,
  });
  cleanups.push(remove);
  const { diagnostics } = await planAt(path, { assignments: [`pw=${secret}`] });
  const said = diagnostics.map(({ summary, detail, values }) => [summary, detail, values]);
  expect(said.length).toBeGreaterThan(2);
  expect(JSON.stringify(said)).toContain('<sensitive>');
  expect(JSON.stringify(said)).not.toContain('hunter2');
});

test('what a data source says does not hold a secret', async () => {
  const { path, remove } = workspace({
    'main.pkr.hcl': `
variable "pw" {
  type      = string
  sensitive = true
}
data "echo" "a" { input = "user:\${var.pw}" }
source "test" "a" { file = "\${path.root}/x" }
build { sources = ["test.a"] }`,
  });
  cleanups.push(remove);
  const said: string[] = [];
  const note = (text: string): void => void said.push(text);
  const log = { say: note, error: note, output: note, progress() {} };
  await planAt(path, { assignments: [`pw=${secret}`], log });
  expect(said).toEqual(['Reading <sensitive>', 'Read <sensitive>']);
});

test('the value of an option that is a secret by its nature is hidden, too', async () => {
  const { path, remove } = workspace({
    'main.pkr.hcl': `
source "test" "a" { file = "\${path.root}/a.txt" }
build {
  sources = ["test.a"]
  provisioner "say" {
    text     = "logging in with ${secret} and vagrant"
    password = "${secret}"
  }
  provisioner "say" {
    text     = "vagrant up"
    password = "vagrant"
  }
}`,
  });
  cleanups.push(remove);
  const { events } = await bake(path);
  expect(transcript(events)).toContain('logging in with <sensitive> and vagrant');
  expect(transcript(events)).toContain('vagrant up');
});

test('what a data source gives as a secret is not shown', async () => {
  const { path, remove } = workspace({
    'main.pkr.hcl': `
data "echo" "a" { input = "ada" }
source "test" "a" { file = "\${path.root}/x" }
build {
  sources = ["test.a"]
  provisioner "say" { text = "\${data.echo.a.whisper} and \${data.echo.a.output}" }
}`,
  });
  cleanups.push(remove);
  const { events } = await bake(path);
  const said = transcript(events);
  expect(said).toContain('<sensitive> and ada!');
  expect(said).not.toContain('psst');
});
