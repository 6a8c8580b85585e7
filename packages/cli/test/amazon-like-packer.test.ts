import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect } from '@jest/globals';
import { runPacker, testWithPacker } from './packer.ts';
import { runBake, scratch } from './run-bake.ts';

const folder = scratch();
afterAll(() => folder.remove());

const plain: Readonly<Record<string, string>> = {
  region: '"eu-west-1"',
  ami_name: '"web-1"',
  source_ami: '"ami-1"',
  instance_type: '"m5.large"',
  ssh_username: '"ubuntu"',
};

const device = 'device_name = "/dev/sdf"';

/** Templates by what is special about them: options over the plain ones (`undefined`: without), and blocks. */
const cases: readonly (readonly [string, Readonly<Record<string, string | undefined>>, string?])[] =
  [
    ['plain', {}],
    ['no name', { ami_name: undefined }],
    ['a short name', { ami_name: '"ab"' }],
    ['a name with a colon', { ami_name: '"a:bc"' }],
    ['a name with a time', { ami_name: '"web-{{timestamp}}"' }],
    ['no source', { source_ami: undefined }],
    [
      'a filter',
      { source_ami: undefined },
      'source_ami_filter {\n filters = { name = "x" }\n owners = ["self"]\n most_recent = true\n}',
    ],
    [
      'a filter without an owner',
      { source_ami: undefined },
      'source_ami_filter {\n filters = { name = "x" }\n}',
    ],
    ['no type', { instance_type: undefined }],
    ['no user', { ssh_username: undefined }],
    ['half a pair of keys', { access_key: '"a"' }],
    ['a pair of keys', { access_key: '"a"', secret_key: '"b"', token: '"c"' }],
    [
      'a role',
      {},
      'assume_role {\n role_arn = "arn:aws:iam::1:role/r"\n duration_seconds = 900\n tags = { a = "b" }\n}',
    ],
    ['a key without encryption', { kms_key_id: '"alias/a"' }],
    ['encryption with a key', { kms_key_id: '"alias/a"', encrypt_boot: 'true' }],
    ['what is no key', { kms_key_id: '"hello"', encrypt_boot: 'true' }],
    [
      'a key of a region without a copy',
      { encrypt_boot: 'true', region_kms_key_ids: '{ "eu-north-1" = "alias/a" }' },
    ],
    [
      'a copy without a key',
      {
        encrypt_boot: 'true',
        ami_regions: '["eu-north-1", "us-east-1"]',
        region_kms_key_ids: '{ "us-east-1" = "alias/a" }',
      },
    ],
    ['copies', { ami_regions: '["eu-north-1", "eu-west-1", "eu-north-1"]' }],
    ['sharing what only we can read', { encrypt_boot: 'true', ami_users: '["1"]' }],
    ['sharing such snapshots', { encrypt_boot: 'true', snapshot_users: '["1"]' }],
    [
      'sharing',
      {
        ami_users: '["1"]',
        ami_groups: '["all"]',
        snapshot_users: '["1"]',
        snapshot_groups: '["all"]',
        ami_product_codes: '["p"]',
      },
    ],
    ['a key pair without its key', { ssh_keypair_name: '"x"' }],
    ['a key pair in the agent', { ssh_keypair_name: '"x"', ssh_agent_auth: 'true' }],
    ['another interface', { ssh_interface: '"carrier_pigeon"' }],
    ['private addresses', { ssh_interface: '"private_ip"' }],
    ['groups twice', { security_group_id: '"a"', security_group_ids: '["b"]' }],
    ['a group', { security_group_id: '"a"' }],
    [
      'found groups',
      {},
      'security_group_filter {\n filters = { "tag:a" = "b" }\n}\nvpc_filter {\n filters = { "tag:a" = "b" }\n}\nsubnet_filter {\n filters = { "tag:a" = "b" }\n most_free = true\n}',
    ],
    ['what are no blocks of addresses', { temporary_security_group_source_cidrs: '["1.2.3.4"]' }],
    ['blocks of addresses', { temporary_security_group_source_cidrs: '["10.0.0.0/8", "::/0"]' }],
    ['user data twice', { user_data: '"a"', user_data_file: '"main.pkr.hcl"' }],
    ['no file of user data', { user_data_file: '"/no/where"' }],
    ['user data', { user_data: '"a"' }],
    ['another shutdown', { shutdown_behavior: '"explode"' }],
    ['a shutdown', { shutdown_behavior: '"terminate"' }],
    ['credits', { instance_type: '"t3.micro"', enable_t2_unlimited: 'false' }],
    ['another tenancy', { tenancy: '"alone"' }],
    ['tenancy', { tenancy: '"dedicated"' }],
    [
      'a device',
      {},
      `launch_block_device_mappings {\n ${device}\n volume_size = 8\n volume_type = "gp2"\n delete_on_termination = true\n}\nami_block_device_mappings {\n ${device}\n virtual_name = "ephemeral0"\n}`,
    ],
    [
      'a device that is not encrypted',
      {},
      `launch_block_device_mappings {\n ${device}\n encrypted = false\n kms_key_id = "alias/a"\n}`,
    ],
    ['a device without a name', {}, 'launch_block_device_mappings {\n volume_size = 8\n}'],
    [
      'tags',
      {
        tags: '{ A = "{{ .SourceAMI }}", B = "{{ .SourceAMITags.x }}" }',
        run_tags: '{ C = "d" }',
        run_volume_tags: '{ E = "f" }',
        snapshot_tags: '{ G = "h" }',
      },
    ],
    [
      'tags by blocks',
      {},
      'tag {\n key = "a"\n value = "b"\n}\nrun_tag {\n key = "a"\n value = "b"\n}\nsnapshot_tag {\n key = "a"\n value = "b"\n}',
    ],
    ['polling', {}, 'aws_polling {\n max_attempts = 50\n delay_seconds = 5\n}'],
    [
      'windows',
      {
        communicator: '"winrm"',
        winrm_username: '"Administrator"',
        ssh_username: undefined,
        windows_password_timeout: '"5m"',
      },
    ],
    ['no connection', { communicator: '"none"', ssh_username: undefined }],
  ];

function template(options: (typeof cases)[number][1], blocks = ''): string {
  const lines = Object.entries({ ...plain, ...options }).flatMap(([name, value]) =>
    value === undefined ? [] : [`  ${name} = ${value}`],
  );
  return `source "amazon-ebs" "a" {\n${lines.join('\n')}\n${blocks}\n}\nbuild {\n  sources = ["amazon-ebs.a"]\n}\n`;
}

for (const [title, options, blocks] of cases) {
  testWithPacker(`takes or refuses amazon-ebs with ${title} as packer does`, async () => {
    const cwd = mkdtempSync(join(folder.path, 'case-'));
    writeFileSync(join(cwd, 'main.pkr.hcl'), template(options, blocks));
    const ours = await runBake(['validate', 'main.pkr.hcl'], { cwd });
    const theirs = runPacker(['validate', 'main.pkr.hcl'], { cwd });
    expect([ours.code === 0, ours.stdout]).toEqual([theirs.code === 0, ours.stdout]);
  });
}

const root = 'ami_root_device {\n source_device_name = "/dev/sdf"\n device_name = "/dev/xvda"\n';
const launched = `launch_block_device_mappings {\n ${device}\n volume_size = 8\n`;

/** Whole sources of other builders. */
const others: readonly (readonly [string, string, string])[] = [
  ['ebssurrogate', 'hvm', `ami_virtualization_type = "hvm"\n${root}}\n${launched}}`],
  ['ebssurrogate', 'no kind of virtualization', `${root}}\n${launched}}`],
  ['ebssurrogate', 'a root that is not launched', `ami_virtualization_type = "hvm"\n${root}}`],
  [
    'ebssurrogate',
    'a root that is omitted',
    `ami_virtualization_type = "hvm"\n${root}}\n${launched} omit_from_artifact = true\n}`,
  ],
  ['ebssurrogate', 'no root', `ami_virtualization_type = "hvm"\n${launched}}`],
  [
    'ebssurrogate',
    'another architecture',
    `ami_virtualization_type = "hvm"\nami_architecture = "z80"\n${root}}\n${launched}}`,
  ],
  [
    'ebsvolume',
    'a volume',
    `ebs_volumes {\n ${device}\n volume_size = 1\n tags = { a = "{{ .SourceAMI }}" }\n}`,
  ],
  ['ebsvolume', 'no volume', ''],
  ['ebsvolume', 'a volume without a device', 'ebs_volumes {\n volume_size = 1\n}'],
];

for (const [kind, title, body] of others) {
  testWithPacker(`takes or refuses amazon-${kind} with ${title} as packer does`, async () => {
    const cwd = mkdtempSync(join(folder.path, 'case-'));
    const name = kind === 'ebsvolume' ? { ami_name: undefined } : {};
    const text = template(name, body).replaceAll('amazon-ebs', `amazon-${kind}`);
    writeFileSync(join(cwd, 'main.pkr.hcl'), text);
    const ours = await runBake(['validate', 'main.pkr.hcl'], { cwd });
    const theirs = runPacker(['validate', 'main.pkr.hcl'], { cwd });
    expect([ours.code === 0, ours.stdout]).toEqual([theirs.code === 0, ours.stdout]);
  });
}
