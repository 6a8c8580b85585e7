import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, expect } from '@jest/globals';
import { testWithPacker } from './packer.ts';
import { runBake, scratch } from './run-bake.ts';

const folder = scratch();
afterAll(() => folder.remove());

/** Options by the name of their source. */
const sources: Readonly<Record<string, string>> = {
  plain: '',
  cd: 'disk_image = false',
  machine: 'machine_type = "q35"\n memory = 1024\n net_device = "e1000"',
  none: 'accelerator = "none"',
  window: 'headless = false\n display = "sdl"',
  gtk: 'headless = false',
  bare: 'headless = false\n use_default_display = true',
  disk: 'disk_interface = "ide"\n disk_cache = "unsafe"\n disk_discard = "unmap"\n disk_detect_zeroes = "on"',
  scsi: 'disk_interface = "virtio-scsi"\n disk_additional_size = ["1M", "2M"]',
  raw: 'format = "raw"',
  ssh: 'communicator = "ssh"\n ssh_username = "x"\n ssh_password = "x"\n ssh_timeout = "1s"\n ssh_port = 2022',
  nat: 'communicator = "ssh"\n ssh_username = "x"\n ssh_password = "x"\n ssh_timeout = "1s"\n ssh_port = 61022\n skip_nat_mapping = true',
  qmp: 'qmp_enable = true\n qmp_socket_path = "/tmp/bake-none/qmp"',
  secret: 'vnc_use_password = true',
  address: 'vnc_bind_address = "0.0.0.0"\n vnc_port_min = 6037\n vnc_port_max = 6037',
  flags: `qemuargs = [["-m", "1G"], ["-nodefaults"], ["-rtc", "base=", "utc"], ["-fw_cfg", "a"],
    ["-fw_cfg", "b"], ["-device", "virtio-rng-pci"],
    ["-append", "{{ .HTTPIP }} {{ .HTTPPort }} {{ .Name }} {{ .OutputDir }} {{ .SSHHostPort }} {{ .HTTPDir }}"]]`,
};

function template(name: string, options: string): string {
  return `source "qemu" "${name}" {
    ${options.includes('communicator') ? '' : 'communicator = "none"'}
    ${options.includes('accelerator') ? '' : 'accelerator = "tcg"'}
    ${options.includes('headless') ? '' : 'headless = true'}
    ${options.includes('disk_image') ? '' : 'disk_image = true'}
    iso_url          = "image.qcow2"
    iso_checksum     = "none"
    disk_size        = "1M"
    boot_wait        = "-1s"
    output_directory = "out-${name}"
    vm_name          = "vm-${name}"
    ${options}
  }`;
}

/** A stand-in for QEMU that writes its arguments down and goes. */
const recorder = `#!/bin/sh
case "$*" in
  -version|--version) echo "QEMU emulator version 7.2.22"; exit 0;;
esac
{ for word; do printf '%s\\n' "$word"; done; printf '\\036\\n'; } > "$RECORDS/$$"
exit 1
`;

interface Call {
  readonly name: string;
  /** `flag value`, sorted. */
  readonly flags: readonly string[];
}

async function record(tool: 'packer' | 'bake'): Promise<readonly Call[]> {
  const cwd = join(folder.path, tool);
  const [bin, records] = [join(cwd, 'bin'), join(cwd, 'records')];
  mkdirSync(bin, { recursive: true });
  mkdirSync(records);
  writeFileSync(join(bin, 'qemu-system-x86_64'), recorder);
  chmodSync(join(bin, 'qemu-system-x86_64'), 0o755);
  spawnSync('qemu-img', ['create', '-f', 'qcow2', join(cwd, 'image.qcow2'), '1M']);
  const names = Object.keys(sources).map((name) => `"source.qemu.${name}"`);
  const blocks = Object.entries(sources).map(([name, options]) => template(name, options));
  writeFileSync(
    join(cwd, 'main.pkr.hcl'),
    `${blocks.join('\n')}\nbuild { sources = [${names.join(', ')}] }\n`,
  );
  const env = {
    ...process.env,
    PATH: `${bin}${delimiter}${process.env['PATH']}`,
    RECORDS: records,
    CHECKPOINT_DISABLE: '1',
  } as Record<string, string>;
  if (tool === 'bake') await runBake(['build', '.'], { cwd, env });
  else spawnSync('packer', ['build', '.'], { cwd, env });
  return readCalls(records);
}

function readCalls(records: string): readonly Call[] {
  const { stdout } = spawnSync('sh', ['-c', 'cat "$1"/*', 'sh', records], { encoding: 'utf8' });
  const calls = stdout
    .split('\u001e\n')
    .filter(Boolean)
    .map((text) => callOf(text.split('\n').slice(0, -1)));
  // A start that is tried again, since somebody took the port, is the same call.
  return [...new Map(calls.map((call) => [call.name, call])).values()].toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  );
}

function callOf(words: readonly string[]): Call {
  const flags: string[] = [];
  for (const word of words) {
    if (word.startsWith('-')) flags.push(word);
    else flags.push(`${flags.pop()} ${word}`);
  }
  const name = words[words.indexOf('-name') + 1] as string;
  return { name, flags: flags.filter(isComparable).map(normalized).toSorted() };
}

/** Not bake's own, nor `-smp`, which the plugin always gives since 1.1, with other words. */
function isComparable(flag: string): boolean {
  return !/^-(serial|smp|mon|chardev socket,id=bake-control)\b/.test(flag);
}

/**
 * Ports are drawn. bake's forward listens on this computer alone. QEMU has given up the short forms of switches. The devices
 * of virtio-scsi are told their bus by both.
 */
function normalized(flag: string): string {
  return flag
    .replace(/file=\/\S*\/image/, 'file=image')
    .replace(/^(-vnc \S+):\d+/, '$1:N')
    .replace(/hostfwd=tcp:(127\.0\.0\.1)?:(?!61022)\d+-/, 'hostfwd=tcp::N-')
    .replace('hostfwd=tcp:127.0.0.1:', 'hostfwd=tcp::')
    .replace(/,password=on$/, ',password')
    .replace(',server=on,wait=off', ',server,nowait');
}

testWithPacker('QEMU gets the arguments that Packer gives it', async () => {
  const [packer, bake] = [await record('packer'), await record('bake')];
  expect(packer.map(({ name }) => name)).toEqual(
    Object.keys(sources)
      .map((name) => `vm-${name}`)
      .toSorted(),
  );
  expect(bake).toEqual(packer);
});
