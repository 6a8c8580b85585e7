/** Options of a component, or a template. */
export type Options = Readonly<Record<string, unknown>>;

/** What a fixer changes: pairs of a component before and after. */
export interface Case {
  readonly fixer: string;
  readonly builders?: readonly (readonly [before: Options, after: Options])[];
  readonly provisioners?: readonly (readonly [before: Options, after: Options])[];
  readonly postProcessors?: readonly (readonly [before: unknown, after: unknown])[];
}

/** What a type had and what it has after the fix. */
function of(type: string, before: Options, after: Options): readonly [Options, Options] {
  return [
    { type, ...before },
    { type, ...after },
  ];
}

/** For every fixer what it changes, and what looks like it and stays. */
export const cases: readonly Case[] = [
  {
    fixer: 'iso-md5',
    builders: [
      of('x', { iso_md5: 'abc' }, { iso_checksum: 'md5:abc' }),
      of('x', { iso_md5: 5 }, { iso_md5: 5 }),
    ],
  },
  {
    fixer: 'createtime',
    builders: [
      of(
        'x',
        { ami_name: 'a {{ .CreateTime }} b {{.CreateTime}}' },
        { ami_name: 'a {{timestamp}} b {{timestamp}}' },
      ),
      of(
        'x',
        { bundle_prefix: '{{.CreateTime}}', other: '{{.CreateTime}}' },
        { bundle_prefix: '{{timestamp}}', other: '{{.CreateTime}}' },
      ),
      of('x', { snapshot_name: '{{\n.CreateTime}}' }, { snapshot_name: '{{timestamp}}' }),
    ],
  },
  {
    fixer: 'virtualbox-gaattach',
    builders: [
      [
        { type: 'virtualbox', guest_additions_attach: true },
        { type: 'virtualbox-iso', guest_additions_mode: 'attach' },
      ],
      [
        { type: 'virtualbox', guest_additions_attach: false },
        { type: 'virtualbox-iso', guest_additions_mode: 'upload' },
      ],
      of('virtualbox-ovf', { guest_additions_attach: false }, { guest_additions_attach: false }),
    ],
  },
  {
    fixer: 'pp-vagrant-override',
    postProcessors: [
      [
        { type: 'vagrant', aws: { a: 1 }, vmware: {}, output: 'o' },
        { type: 'vagrant', override: { aws: { a: 1 }, vmware: {} }, output: 'o' },
      ],
      [
        { type: 'compress', aws: { a: 1 } },
        { type: 'compress', aws: { a: 1 } },
      ],
      [
        [{ type: 'vagrant', virtualbox: 1 }, 'compress'],
        [{ type: 'vagrant', override: { virtualbox: 1 } }, 'compress'],
      ],
    ],
  },
  {
    fixer: 'virtualbox-rename',
    builders: [
      [
        { type: 'virtualbox', name: 'v' },
        { type: 'virtualbox-iso', name: 'v' },
      ],
    ],
    provisioners: [
      of(
        'shell',
        { override: { virtualbox: { a: 1 }, b: {} } },
        { override: { 'virtualbox-iso': { a: 1 }, b: {} } },
      ),
    ],
  },
  { fixer: 'vmware-rename', builders: [[{ type: 'vmware' }, { type: 'vmware-iso' }]] },
  {
    fixer: 'parallels-headless',
    builders: [
      of('parallels-iso', { headless: true }, {}),
      of('parallels-pvm', { headless: 1 }, {}),
      of('parallels-x', { headless: 1 }, { headless: 1 }),
    ],
  },
  {
    fixer: 'parallels-deprecations',
    builders: [
      of(
        'parallels-iso',
        { parallels_tools_host_path: 'x', guest_os_distribution: 'u', guest_os_type: 'w' },
        { guest_os_type: 'u' },
      ),
    ],
  },
  {
    fixer: 'sshkeypath',
    builders: [
      of('x', { ssh_key_path: 'k' }, { ssh_private_key_file: 'k' }),
      of('x', { ssh_key_path: 'k', ssh_private_key_file: 'p' }, { ssh_private_key_file: 'p' }),
      of(
        'x',
        { ssh_key_path: 1, ssh_private_key_file: 'p' },
        { ssh_key_path: 1, ssh_private_key_file: 'p' },
      ),
    ],
  },
  {
    fixer: 'sshdisableagent',
    builders: [
      of('x', { ssh_disable_agent: false }, { ssh_disable_agent_forwarding: false }),
      of(
        'x',
        { ssh_disable_agent: true, ssh_disable_agent_forwarding: false },
        { ssh_disable_agent_forwarding: false },
      ),
      of('x', { ssh_disable_agent: 'yes' }, { ssh_disable_agent: 'yes' }),
    ],
  },
  {
    fixer: 'scaleway-access-key',
    builders: [
      of('scaleway', { access_key: 'a' }, { organization_id: 'a' }),
      of('scaleway', { access_key: 'a', organization_id: 'o' }, { organization_id: 'o' }),
      of('other', { access_key: 'a' }, { access_key: 'a' }),
    ],
  },
  {
    fixer: 'manifest-filename',
    postProcessors: [
      [
        { type: 'manifest', filename: 'f' },
        { type: 'manifest', output: 'f' },
      ],
      [
        { type: 'other', filename: 'f' },
        { type: 'other', filename: 'f' },
      ],
      ['manifest', 'manifest'],
    ],
  },
  {
    fixer: 'amazon-shutdown_behavior',
    builders: [
      of('amazon-ebs', { shutdown_behaviour: 'stop' }, { shutdown_behavior: 'stop' }),
      of('other', { shutdown_behaviour: 'stop' }, { shutdown_behaviour: 'stop' }),
    ],
  },
  {
    fixer: 'amazon-enhanced-networking',
    builders: [
      of('amazon-ebs', { enhanced_networking: true }, { ena_support: true }),
      of('amazon-ebs', { enhanced_networking: 'x' }, { enhanced_networking: 'x' }),
    ],
  },
  {
    fixer: 'amazon-private-ip',
    builders: [
      of('amazon-ebs', { ssh_private_ip: true }, { ssh_interface: 'private_ip' }),
      of('amazon-ebs', { ssh_private_ip: 'F' }, { ssh_interface: 'public_ip' }),
      of(
        'amazon-ebs',
        { ssh_private_ip: true, ssh_interface: 'x' },
        { ssh_private_ip: true, ssh_interface: 'x' },
      ),
    ],
  },
  {
    fixer: 'amazon-temp-sec-cidrs',
    builders: [
      of(
        'amazon-ebs',
        { temporary_security_group_source_cidr: '0.0.0.0/0' },
        { temporary_security_group_source_cidrs: ['0.0.0.0/0'] },
      ),
      of(
        'amazon-ebs',
        { temporary_security_group_source_cidr: ['x'] },
        { temporary_security_group_source_cidr: ['x'] },
      ),
    ],
  },
  {
    fixer: 'docker-email',
    builders: [of('docker', { login_email: 'a@b' }, {})],
    postProcessors: [[{ type: 'docker-push', login_email: 'a@b' }, { type: 'docker-push' }]],
  },
  {
    fixer: 'docker-email',
    // Without post-processors Packer does not look.
    builders: [of('docker', { login_email: 'a@b' }, { login_email: 'a@b' })],
  },
  {
    fixer: 'docker-tag-tags',
    postProcessors: [
      [
        { type: 'docker-tag', tag: 'a, b', tags: ['b', 'c'] },
        { type: 'docker-tag', tags: ['a', 'b', 'c'] },
      ],
      [
        { type: 'docker-tag', tag: ['a', 'a'] },
        { type: 'docker-tag', tags: ['a'] },
      ],
      [
        { type: 'docker-tag', tags: 'x,y' },
        { type: 'docker-tag', tags: ['x', 'y'] },
      ],
      [{ type: 'docker-tag' }, { type: 'docker-tag', tags: [] }],
    ],
  },
  {
    fixer: 'powershell-escapes',
    provisioners: [
      of(
        'powershell',
        { elevated_user: '`$a', elevated_password: '``b`"`\'`x', environment_vars: ['A=`$1'] },
        { elevated_user: '$a', elevated_password: '`b"\'`x', environment_vars: ['A=$1'] },
      ),
      of('shell', { environment_vars: ['A=`$1'] }, { environment_vars: ['A=`$1'] }),
    ],
  },
  {
    fixer: 'vmware-compaction',
    builders: [
      of(
        'vmware-iso',
        { remote_type: 'esx5' },
        { remote_type: 'esx5', disk_type_id: 'zeroedthick', skip_compaction: true },
      ),
      of(
        'vmware-iso',
        { remote_type: 'esx5', disk_type_id: 'thin' },
        { remote_type: 'esx5', disk_type_id: 'thin' },
      ),
      of(
        'vmware-iso',
        { remote_type: 'esx5', disk_type_id: 'x', skip_compaction: false },
        { remote_type: 'esx5', disk_type_id: 'x', skip_compaction: true },
      ),
      of(
        'vmware-iso',
        { remote_type: 'esx5', skip_compaction: 'no' },
        { remote_type: 'esx5', disk_type_id: 'zeroedthick', skip_compaction: 'no' },
      ),
      of('vmware-iso', { remote_type: 'other' }, { remote_type: 'other' }),
    ],
  },
  {
    fixer: 'hyperv-deprecations',
    builders: [
      of('hyperv-iso', { vhd_temp_path: 'x' }, {}),
      of('hyperv-vmcx', { vhd_temp_path: 'x' }, { vhd_temp_path: 'x' }),
    ],
  },
  {
    fixer: 'hyperv-vmxc-typo',
    builders: [
      of('hyperv-vmcx', { clone_from_vmxc_path: 'x' }, { clone_from_vmcx_path: 'x' }),
      of('hyperv-iso', { clone_from_vmxc_path: 'x' }, { clone_from_vmxc_path: 'x' }),
    ],
  },
  {
    fixer: 'hyperv-cpu-and-ram',
    builders: [
      of('hyperv-iso', { cpu: 2, ram_size: 512 }, { cpus: 2, memory: 512 }),
      of('hyperv-vmcx', { cpu: '2' }, { cpus: '2' }),
      of('qemu', { cpu: 2 }, { cpu: 2 }),
    ],
  },
  {
    fixer: 'clean-image-name',
    builders: [
      of(
        'x',
        {
          a: '{{clean_ami_name `x`}} {{ clean_image_name "y" }}',
          tags: { b: '{{clean_ami_name `x`}}' },
          list: ['clean_ami_name'],
        },
        {
          a: '{{clean_resource_name `x`}} {{ clean_resource_name "y" }}',
          tags: { b: '{{clean_resource_name `x`}}' },
          list: ['clean_ami_name'],
        },
      ),
      of('x', { a: { b: { c: 'clean_ami_name' } } }, { a: { b: { c: 'clean_ami_name' } } }),
    ],
  },
  {
    fixer: 'spot-price-auto-product',
    builders: [
      of('amazon-ebs', { spot_price_auto_product: 'x' }, {}),
      of('amazon-instance', { spot_price_auto_product: 'x' }, {}),
      of('amazon-chroot', { spot_price_auto_product: 'x' }, { spot_price_auto_product: 'x' }),
    ],
  },
  {
    fixer: 'qemu-disk-size',
    builders: [
      of('qemu', { disk_size: 5000 }, { disk_size: '5000M' }),
      of('qemu', { disk_size: 10.7 }, { disk_size: '10M' }),
      of('qemu', { disk_size: '5G' }, { disk_size: '5G' }),
    ],
  },
  {
    fixer: 'galaxy-command',
    provisioners: [
      of('ansible-local', { galaxycommand: 'x' }, { galaxy_command: 'x' }),
      of('ansible-local', { galaxycommand: 1, galaxy_command: 'y' }, { galaxy_command: 'y' }),
      of('ansible', { galaxycommand: 'x' }, { galaxycommand: 'x' }),
    ],
  },
  {
    fixer: 'comm-config',
    builders: [
      of(
        'virtualbox-iso',
        { ssh_host_port_min: 1, ssh_host_port_max: 2, ssh_skip_nat_mapping: true },
        { host_port_min: 1, host_port_max: 2, skip_nat_mapping: true },
      ),
      of(
        'virtualbox-ovf',
        { ssh_host_port_min: 1, host_port_min: 3, ssh_skip_nat_mapping: 'x' },
        { host_port_min: 3, ssh_skip_nat_mapping: 'x' },
      ),
      of('x', { ssh_host_port_min: 1 }, { ssh_host_port_min: 1 }),
    ],
  },
  {
    fixer: 'ssh-wait-timeout',
    builders: [
      of('x', { ssh_wait_timeout: '5m' }, { ssh_timeout: '5m' }),
      of('x', { ssh_wait_timeout: 5, ssh_timeout: '1m' }, { ssh_timeout: '1m' }),
      of('x', { ssh_wait_timeout: 5 }, { ssh_wait_timeout: 5 }),
    ],
  },
  {
    fixer: 'vsphere-iso-net-disk',
    builders: [
      of(
        'vsphere-iso',
        {
          network: 'n',
          networkCard: 'old',
          network_card: 'c',
          disk_size: 1,
          disk_thin_provisioned: true,
          disk_eagerly_scrub: false,
        },
        {
          network_adapters: [{ network: 'n', network_card: 'c' }],
          storage: [{ disk_size: 1, disk_thin_provisioned: true, disk_eagerly_scrub: false }],
        },
      ),
      of(
        'vsphere-iso',
        {
          network: 'n',
          network_adapters: [{ network: 'm' }],
          disk_size: 1,
          storage: [{ disk_size: 2 }],
        },
        {
          network_adapters: [{ network: 'n' }, { network: 'm' }],
          storage: [{ disk_size: 1 }, { disk_size: 2 }],
        },
      ),
      of('vsphere-clone', { network: 'n' }, { network: 'n' }),
    ],
  },
  {
    fixer: 'iso-checksum-type-and-url',
    builders: [
      of('x', { iso_checksum: 'a', iso_checksum_type: 'sha1' }, { iso_checksum: 'sha1:a' }),
      of(
        'x',
        { iso_checksum: 'a', iso_checksum_type: 'sha1', iso_checksum_url: 'u' },
        { iso_checksum: 'file:u' },
      ),
      of('x', { iso_checksum_type: 'none' }, {}),
      of('x', { iso_checksum: 'a' }, { iso_checksum: 'a' }),
    ],
  },
  {
    fixer: 'qemu-host-port',
    builders: [
      of(
        'qemu',
        { ssh_host_port_min: 1, ssh_host_port_max: 2 },
        { host_port_min: 1, host_port_max: 2 },
      ),
      of('qemu', { ssh_host_port_min: 1, host_port_min: 3 }, { host_port_min: 1 }),
    ],
  },
  {
    fixer: 'azure-exclude_from_latest',
    builders: [
      of(
        'azure-chroot',
        { shared_image_destination: { exlude_from_latest: true, a: 1 } },
        { shared_image_destination: { exclude_from_latest: true, a: 1 } },
      ),
      of(
        'azure-arm',
        { shared_image_destination: { exlude_from_latest: true } },
        { shared_image_destination: { exlude_from_latest: true } },
      ),
    ],
  },
  { fixer: 'proxmox-type', builders: [[{ type: 'proxmox' }, { type: 'proxmox-iso' }]] },
];
