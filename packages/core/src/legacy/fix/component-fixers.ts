import { type Fixer, forTypes, inOrder, removing, renaming, rewriting } from './fixer.ts';
import { isRecord, type JsonData } from './json-data.ts';

/** Fixers of provisioners and post-processors that do more than rename or remove a property. */

const providers = ['aws', 'digitalocean', 'virtualbox', 'vmware'];

export const vagrantOverride: Fixer = {
  name: 'pp-vagrant-override',
  summary: 'Moves options for single providers of the vagrant post-processor into "override".',
  postProcessor: forTypes(['vagrant'], (postProcessor) => {
    const own = Object.entries(postProcessor).filter(([name]) => providers.includes(name));
    if (own.length === 0) return postProcessor;
    return { ...removing(...providers)(postProcessor), override: Object.fromEntries(own) };
  }),
};

export const virtualboxRename: Fixer = {
  name: 'virtualbox-rename',
  summary: 'Renames the builder "virtualbox" to "virtualbox-iso".',
  builder: forTypes(['virtualbox'], (builder) => ({ ...builder, type: 'virtualbox-iso' })),
  provisioner(provisioner) {
    const { override } = provisioner;
    if (!isRecord(override)) return provisioner;
    return { ...provisioner, override: renaming('virtualbox', 'virtualbox-iso')(override) };
  },
};

export const dockerEmail: Fixer = {
  name: 'docker-email',
  summary: 'Removes "login_email" of Docker builders and post-processors.',
  // Packer looks at builders only where there are post-processors.
  builder: (builder, template) =>
    (template['post-processors'] ?? null) === null ? builder : removing('login_email')(builder),
  postProcessor: removing('login_email'),
};

export const dockerTags: Fixer = {
  name: 'docker-tag-tags',
  summary: 'Replaces "tag" of the docker-tag post-processor by the list "tags".',
  postProcessor: forTypes(['docker-tag'], (postProcessor) => {
    const { tag, tags } = postProcessor;
    const all = new Set([...tagsIn(tag), ...tagsIn(tags)]);
    return { ...removing('tag')(postProcessor), tags: [...all] };
  }),
};

function tagsIn(data: JsonData | undefined): readonly string[] {
  if (typeof data === 'string') return data.split(',').map((tag) => tag.trim());
  if (!Array.isArray(data)) return [];
  return data.filter((tag): tag is string => typeof tag === 'string');
}

/** PowerShell's escape character, the backtick, in front of what it had to escape. */
function unescaped(text: string): string {
  return text.replaceAll(/`([$"`'])/g, '$1');
}

export const powershellEscapes: Fixer = {
  name: 'powershell-escapes',
  summary: 'Takes escapes out of environment variables and passwords for PowerShell.',
  provisioner: forTypes(
    ['powershell'],
    inOrder(
      rewriting('elevated_user', unescaped),
      rewriting('elevated_password', unescaped),
      (provisioner) => {
        const { environment_vars: variables } = provisioner;
        if (!Array.isArray(variables)) return provisioner;
        if (!variables.every((one) => typeof one === 'string')) return provisioner;
        return { ...provisioner, environment_vars: variables.map(unescaped) };
      },
    ),
  ),
};
