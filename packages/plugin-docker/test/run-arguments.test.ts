import { homedir } from 'node:os';
import { testContext } from '@bake/plugin-sdk/testing';
import { expect, test } from '@jest/globals';
import type { DockerConfig } from '../src/builder/component.ts';
import { runArguments } from '../src/builder/run-arguments.ts';
import { config } from './test-build.ts';

function argumentsOf(set: Partial<DockerConfig>): readonly string[] {
  const wish = { image: 'debian:12', name: 'ours', shared: undefined };
  return runArguments(config({ run_command: undefined, ...set }), wish, testContext()).args;
}

const shell = ['-d', '-i', '-t', '--entrypoint=/bin/sh', '--', 'debian:12'];

test.each<[string, Partial<DockerConfig>, readonly string[]]>([
  ['nothing', {}, []],
  [
    'devices',
    { device: ['/dev/fuse', '/dev/kvm'] },
    ['--device', '/dev/fuse', '--device', '/dev/kvm'],
  ],
  [
    'capabilities',
    { cap_add: ['A'], cap_drop: ['B', 'C'] },
    ['--cap-add', 'A', '--cap-drop', 'B', '--cap-drop', 'C'],
  ],
  ['privileged', { privileged: true }, ['--privileged']],
  ['runtime', { runtime: 'runsc' }, ['--runtime', 'runsc']],
  ['platform', { platform: 'linux/arm64' }, ['--platform', 'linux/arm64']],
  ['tmpfs', { tmpfs: ['/run', '/tmp:size=1m'] }, ['--tmpfs', '/run', '--tmpfs', '/tmp:size=1m']],
  [
    'volumes',
    { volumes: { '~/a': '/a', b: '/b:ro' } },
    ['--volume', `${homedir()}/a:/a`, '--volume', 'b:/b:ro'],
  ],
])('docker run is told: %s', (_, set, flags) => {
  expect(argumentsOf(set)).toEqual(['run', ...flags, '--name', 'ours', ...shell]);
});

test('Windows containers run PowerShell', () => {
  expect(argumentsOf({ windows_container: true })).toContain('--entrypoint=powershell');
});

test.each([
  [['--name', 'theirs', '{{.Image}}'], 'theirs'],
  [['--name=theirs', '--', '{{.Image}}'], 'theirs'],
  [['--', '{{.Image}}', '--name', 'an argument'], 'ours'],
])('the name in %j is the name of the container', (run_command, name) => {
  const wish = { image: 'x', name: 'ours', shared: ['/local', '/inside'] as const };
  const found = runArguments(config({ run_command }), wish, testContext());
  expect(found.name).toBe(name);
  expect(found.args).toContain('/local:/inside');
  expect(found.args.includes('ours')).toBe(name === 'ours');
});

test('the run command is a template with the image', () => {
  const run_command = ['{{ .Image | upper }}', '{{ build_name }}'];
  expect(argumentsOf({ run_command }).slice(-2)).toEqual(['DEBIAN:12', 'example']);
});
