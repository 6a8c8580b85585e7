/** A legacy template, what lies beside it, and how it is built. */
export interface UpgradeCase {
  readonly title: string;
  readonly template: unknown;
  readonly files?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Files that the build leaves, to be sure that it did something. */
  readonly leaves: readonly string[];
}

const none = { type: 'null', communicator: 'none' };

/** A shell-local that writes the words into a file. */
function writes(file: string, ...words: readonly string[]): unknown {
  return { type: 'shell-local', inline: words.map((word) => `echo "${word}" >> ${file}`) };
}

/** Templates whose build in JSON and after the upgrade must leave the same behind. */
export const upgradeCases: readonly UpgradeCase[] = [
  {
    title: 'builders, filters, overrides and sequences',
    template: {
      _comment: 'A template as people wrote them before HCL.',
      min_packer_version: '1.5.0',
      description: 'Two "machines" for ${x} %{y}',
      variables: {
        who: 'ada',
        greeting: 'Hello, {{user `who`}}',
        lines: 'echo one >> log.txt,echo {{user `who`}} >> log.txt',
        checks: 'md5,sha1',
      },
      builders: [
        {
          type: 'file',
          name: 'made-ada',
          target: '{{user `who`}}.txt',
          content:
            '{{user `greeting`}} ${shell} %{if} {{build_name}} {{build_type}} {{upper `x`}}\n',
        },
        { ...none, name: 'nothing' },
      ],
      provisioners: [
        { type: 'shell-local', only: ['nothing'], inline: '{{user `lines`}}' },
        {
          type: 'shell-local',
          inline: ['echo general >> log.txt'],
          environment_vars: ['WHO={{user `who`}}'],
          override: {
            nothing: { inline: ['echo "$WHO {{build_name}} {{build_type}}" >> log.txt'] },
          },
          max_retries: '1',
          pause_before: '1ms',
        },
        {
          type: 'shell-local',
          inline: ['echo {{user `who` | upper}} > upper.txt'],
          execute_command: ['/bin/sh', '-c', '{{.Vars}} WHO={{user `who`}} /bin/sh {{.Script}}'],
        },
        { type: 'shell-local', except: ['nothing'], inline: ['echo file > file.txt'] },
      ],
      'post-processors': [
        [
          {
            type: 'checksum',
            only: ['made-ada'],
            checksum_types: '{{user `checks`}}',
            output: '{{.BuildName}}.{{.ChecksumType}}',
            keep_input_artifact: true,
          },
          { type: 'manifest', name: 'listed', output: 'listed.json', strip_path: 'true' },
        ],
        { type: 'shell-local', name: 'late', inline: ['echo late > late.txt'] },
      ],
    },
    leaves: ['ada.txt', 'log.txt', 'late.txt', 'listed.json', 'made-ada.md5'],
  },
  {
    title: 'machines that are reached with ssh',
    template: {
      variables: { folder: 'app', motd: 'Hello', times: '2' },
      builders: [
        { type: 'sandbox', name: 'web' },
        { type: 'sandbox', name: 'worker' },
      ],
      provisioners: [
        { type: 'shell', inline: ['mkdir -p {{user `folder`}}/bin'] },
        {
          type: 'file',
          source: '{{template_dir}}/motd.txt',
          destination: '{{user `folder`}}/motd.txt',
        },
        {
          type: 'shell',
          environment_vars: 'MOTD={{user `motd`}},TIMES={{user `times`}}',
          inline: [
            'echo "$MOTD $TIMES from {{build_name}}, $PACKER_BUILD_NAME" > {{user `folder`}}/greeting.txt',
            'echo "{{build `User`}}" | wc -l > {{user `folder`}}/user.txt',
          ],
          override: { worker: { environment_vars: ['MOTD=Work'] } },
        },
        {
          type: 'shell',
          execute_command: 'chmod +x {{ .Path }}; FOLDER={{user `folder`}} {{ .Vars }} {{ .Path }}',
          valid_exit_codes: ['3'],
          scripts: 'script.sh',
        },
        {
          type: 'file',
          direction: 'download',
          source: '{{user `folder`}}/greeting.txt',
          destination: 'greeting-{{build_name}}.txt',
        },
        {
          type: 'file',
          direction: 'download',
          source: '{{user `folder`}}/script.txt',
          destination: 'script-{{build_name}}.txt',
        },
      ],
      'post-processors': [
        { type: 'compress', output: 'out-{{.BuildName}}.tar', keep_input_artifact: false },
      ],
    },
    files: {
      'motd.txt': 'motd\n',
      'script.sh': '#!/bin/sh\necho "script in $FOLDER" > $FOLDER/script.txt\nexit 3\n',
    },
    leaves: ['greeting-web.txt', 'greeting-worker.txt', 'script-web.txt', 'out-web.tar'],
  },
  {
    title: 'calls of all kinds',
    template: {
      variables: { who: 'Ada', n: '1', path: 'a/b/c', list: 'x,y', year: '{{isotime `2006`}}' },
      builders: [
        { ...none, name: 'one' },
        {
          type: 'file',
          name: 'braces',
          target: 'braces.txt',
          content:
            '{{`{{`}} {{"{{"}}x}} } }} ${x} $${y} %{z} \\$ ${{user `who`}} %{{user `n`}} \t"quoted" \\n',
        },
      ],
      provisioners: [
        writes('upper.txt', '{{user `who` | upper}} {{lower `ABC`}} {{ `x` | upper | lower }}'),
        writes('split.txt', '{{split (user `path`) `/` 1}} {{ split "a-b" "-" 0 }}'),
        writes('replace.txt', '{{replace `a` `b` 1 `aa`}} {{replace_all `a` `b` (user `path`)}}'),
        writes('if.txt', '{{if eq (user `n`) `1`}}one {{user `who`}}{{else}}more{{end}}'),
        writes('printf.txt', '{{printf `%s-%s` (user `who`) build_name}} {{len (user `who`)}}'),
        writes('comment.txt', 'a {{/* user `who` */}} b {{- user `who` -}} c'),
        writes('time.txt', '{{user `year`}} {{isotime `2006-01`}} {{strftime `%Y`}}'),
        writes('facts.txt', '{{pwd}} {{packer_version}} {{build_name}} {{build_type}}'),
        writes('odd.txt', "tab\\there 'é' 😀 \u200b \\\\ back"),
      ],
    },
    leaves: ['upper.txt', 'if.txt', 'time.txt', 'braces.txt'],
  },
  {
    title: 'variables from everywhere',
    template: {
      variables: {
        needed: null,
        file: 'default',
        home: '{{env `UPGRADE_TEST`}}',
        shout: '{{env `UPGRADE_TEST` | upper}}!',
        chain: '{{user `chain2`}}-{{user `needed`}}',
        chain2: '{{user `secret`}}',
        secret: 'geheim',
        'my var': 'spaced',
        empty: '',
        timestamp: '{{timestamp}}',
      },
      'sensitive-variables': ['secret', 'chain'],
      builders: [none, { type: 'file', name: 'a b', target: 'f.txt', content: '{{user `file`}}' }],
      provisioners: [
        writes('all.txt', '{{user `needed`}} {{user `file`}} {{user `home`}} {{user `shout`}}'),
        writes('chain.txt', '{{user `chain`}}|{{user `empty`}}|{{user `my var`}}|{{user `extra`}}'),
        {
          type: 'shell-local',
          only: 'null',
          inline: ['echo {{user `timestamp` | len}} >/dev/null'],
        },
        { type: 'shell-local', except: ['null'], inline: ['echo ab > ab.txt'] },
      ],
    },
    files: { 'values.json': '{ "file": "from file", "needed": "n" }' },
    args: ['-var-file=values.json', '-var', 'extra=given'],
    env: { UPGRADE_TEST: 'environment' },
    leaves: ['all.txt', 'chain.txt', 'f.txt', 'ab.txt'],
  },
  {
    title: 'values of the wrong type',
    template: {
      variables: { nothing: '', port: '22', codes: '0,1', yes: 'true' },
      builders: [
        {
          ...none,
          name: 'm',
          ssh_pty: '{{user `nothing`}}',
          ssh_port: '{{user `nothing`}}',
          ssh_disable_agent_forwarding: '{{ user `yes` }}',
        },
        {
          type: 'null',
          name: 'n',
          communicator: 'none',
          ssh_port: '22',
          ssh_pty: 'true',
          ssh_timeout: 5000000000,
          ssh_host: 5,
        },
        { type: 'file', name: 'f', target: 7, content: true },
      ],
      provisioners: [
        {
          type: 'shell-local',
          inline: 'exit 1',
          valid_exit_codes: '{{user `codes`}}',
          max_retries: '{{user `port`}}',
        },
        {
          type: 'shell-local',
          inline: 'echo a >> a.txt,echo b >> a.txt',
          only_on: ['linux', 'darwin', 'windows'],
        },
        {
          type: 'shell-local',
          inline: 'echo c >> a.txt',
          valid_exit_codes: '0,1',
          env: [{ A: 1 }, { B: true }],
        },
        {
          type: 'shell-local',
          inline: ['echo $A$B >> a.txt'],
          env: { A: 1, B: true },
          timeout: 60000000000,
        },
      ],
      'post-processors': [
        'manifest',
        [{ type: 'checksum', checksum_types: 'md5', output: 'sums.md5' }],
      ],
    },
    leaves: ['7', 'a.txt', 'packer-manifest.json', 'sums.md5'],
  },
];
