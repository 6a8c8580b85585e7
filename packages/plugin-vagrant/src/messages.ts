import { Failure, systemReason } from '@bake/plugin-sdk';

/** A local file that could not be used. */
export function fileFailure(verb: string, path: string, error: unknown): Failure {
  return new Failure({
    summary: `Could not ${verb} "${path}": ${systemReason(error)}`,
    detail:
      verb === 'write'
        ? 'Check that you may write there, and that the disk is not full.'
        : 'Check that the file is there, that it is whole, and that you may read it.',
    cause: error,
  });
}

/** A file that is no Vagrant box. */
export function noBox(path: string, reason: string, cause?: unknown): Failure {
  return new Failure({
    summary: `"${path}" is no Vagrant box: ${reason}`,
    detail:
      'A box is a tar, mostly packed with gzip, with a file metadata.json that names its provider.',
    cause,
  });
}

/** Nobody knows which provider could run an artifact. */
export function unknownArtifact(builderId: string, names: readonly string[]): Failure {
  return new Failure({
    summary: `Unknown artifact type, can't build box: ${builderId}`,
    detail:
      builderId === 'vagrant'
        ? 'The builder vagrant makes boxes itself. Leave the post-processor "vagrant" out.'
        : `Put "vagrant" after a builder whose machines Vagrant can run, or name the provider in "provider_override": ${names.join(', ')}.`,
  });
}

/** An artifact lacks the files that a box of the provider is made of. */
export function noFiles(provider: string, wanted: string): Failure {
  return new Failure({
    summary: `No VM file found in source artifact for the provider "${provider}"`,
    detail: `A box for it is made of ${wanted}. Check what the builder, or the post-processor before this one, gives, and "provider_override".`,
  });
}

/** An artifact does not tell the image that a box would name. */
export function noImage(provider: string, id: string): Failure {
  return new Failure({
    summary: `Poorly formatted artifact ID: ${id}`,
    detail: `A box for the provider "${provider}" names an image, and this artifact does not say which. Check "provider_override".`,
  });
}

/** Ways to run a machine for which libvirt has no name. */
export function unknownDomain(domainType: string): Failure {
  return new Failure({
    summary: `Unknown libvirt domain type: ${domainType}`,
    detail:
      'libvirt runs machines that were made with the accelerators kvm, tcg, hvf or none. Set "accelerator" of the builder to one of them.',
  });
}

/** A disk that stands on an image which the box would not have. */
export function backedDisk(path: string): Failure {
  return new Failure({
    summary: `The disk "${path}" stands on another image, which would not be in the box`,
    detail:
      'Leave out "use_backing_file" of the builder, or set "disk_compression = true" there, which makes the disk whole; by hand `qemu-img convert` does.',
  });
}

/** A machine of VirtualBox without a network card. */
export function noMacAddress(path: string): Failure {
  return new Failure({
    summary: `Can't find base mac address in OVF: ${path}`,
    detail:
      'Vagrant reaches a machine of VirtualBox by its first network card. Give the machine one.',
  });
}

/** The tree of a sandbox in another format than LXC takes. */
export function notGzip(path: string): Failure {
  return new Failure({
    summary: `"${path}" is not packed with gzip`,
    detail: 'A box for LXC holds a rootfs.tar.gz. Give "output" of the sandbox that ending.',
  });
}

/** The box would overwrite what it is made of. */
export function outputIsInput(path: string): Failure {
  return new Failure({
    summary: `The output "${path}" is one of the files that the box is made of`,
    detail: 'Set "output" to another path.',
  });
}

/** A file that is to be a catalogue of boxes is none. */
export function badCatalog(path: string): Failure {
  return new Failure({
    summary: `"${path}" is no catalogue of boxes`,
    detail:
      'A catalogue is a JSON object with "name" and "versions", each with "version" and "providers". Move the file away, or set "path" to another one.',
  });
}

/** A catalogue is about another box. */
export function otherBox(path: string, there: string, wanted: string): Failure {
  return new Failure({
    summary: `"${path}" is the catalogue of "${there}", not of "${wanted}"`,
    detail: 'A catalogue is about one box. Set "path" to another file, or "name" to that box.',
  });
}

/** A service did not answer at all. */
export function noAnswer(url: URL, reason: string): Failure {
  return new Failure({
    summary: `No response from ${url.host}: ${reason}`,
    detail: 'Check the address of the service and your connection to it, then build again.',
  });
}

/** A service did not grant a request. */
export function refused(what: string, status: number, complaint: string): Failure {
  const advice: Readonly<Record<number, string>> = {
    401: 'The service does not know who you are. Check the token, or client_id and client_secret: it may have expired.',
    403: 'You may not do that there. Check that the token belongs to somebody who may change the box.',
    404: 'The service has no such thing. Check "box_tag": the box must be there already.',
  };
  return new Failure({
    summary: `Error ${what}: ${complaint || `HTTP status ${status}`}`,
    detail:
      advice[status] ??
      'This is what the service said. What was made for this version is removed again.',
  });
}

/** A box did not arrive. */
export function uploadFailed(file: string, problem: string): Failure {
  return new Failure({
    summary: `Failed to upload box asset ${file}: ${problem}`,
    detail:
      'It was tried three times. Build again later; "no_direct_upload = true" uploads through the service, if its storage cannot be reached.',
  });
}

/** A post-processor that publishes got something else than a box. */
export function wrongArtifact(builderId: string): Failure {
  return new Failure({
    summary: `Unknown artifact type: this post-processor requires an input artifact from the artifice post-processor, vagrant post-processor, or vagrant builder: ${builderId}`,
    detail: 'Put the post-processor "vagrant" before it, in the same post-processors block.',
  });
}

/** An artifact does not begin with a box. */
export function noBoxFile(files: readonly string[]): Failure {
  return new Failure({
    summary: `Unknown files in artifact, Vagrant box with .box suffix is required as first artifact file: [${files.join(' ')}]`,
    detail:
      'Name the box first in "files" of artifice, or give "output" of the post-processor "vagrant" the ending ".box". A builder "vagrant" with "skip_package" makes none.',
  });
}

/** A box does not say what must be known of it. */
export function unknownBoxFact(fact: 'provider' | 'architecture', file: string): Failure {
  return new Failure({
    summary: `Could not determine ${fact} from the metadata.json of ${file}`,
    detail:
      fact === 'architecture'
        ? 'Set "architecture", for instance to "amd64".'
        : 'Every box names its provider there; make it anew.',
  });
}

/** The service has another box under that name. */
export function wrongBox(tag: string): Failure {
  return new Failure({
    summary: `Could not verify box: ${tag}`,
    detail: 'The service calls it otherwise. Check "box_tag", also its capital letters.',
  });
}

/** Somebody may have the box already that is about to be replaced. */
export function alreadyReleased(version: string, provider: string, architecture: string): Failure {
  return new Failure({
    summary: `Version ${version} is released and has a box for ${provider} on ${architecture}`,
    detail: 'What others may have got is not replaced. Set "version" to a new one.',
  });
}

/** A box that was made at a service cannot be used yet. */
export function boxNotReady(tag: string): Failure {
  return new Failure({
    summary: `The box ${tag} was made, and is not ready yet`,
    detail: 'The service is still at it. Build again in a few minutes.',
  });
}

/** What Vagrant and its plugins complain of, and what can be done about it. The first that fits counts. */
const advice: readonly (readonly [RegExp, string])[] = [
  [
    /error loading a vagrantfile/i,
    'The box of "source_path" brings a Vagrantfile, and "template" may be one: correct the one that is named above.',
  ],
  [
    /already exists|the box you're attempting to add already/i,
    'Vagrant has a box of that name. Set "skip_add = true" to use it, "add_force = true" to replace it, or another "box_name".',
  ],
  [
    /could not be found or\s+could not be accessed|couldn't be found|could not find the requested box/i,
    'Check the name of the box in "source_path", and your connection to where boxes come from.',
  ],
  [
    /provider .*(could not be found|not found|not usable)|no usable default provider/is,
    'Install the plugin of Vagrant that brings the provider (`vagrant plugin install vagrant-NAME`), or set "provider" to another one.',
  ],
  [
    /invalid accelerator|kvm.*(not|fail|could|permission)|(not|could).*kvm/i,
    'This computer may not run machines by KVM. Let a Vagrantfile in "template" set `libvirt.driver = "qemu"`.',
  ],
  [
    /failed to connect socket|connection to (the )?libvirt|error while connecting to libvirt/i,
    'libvirt does not answer. Start it (`systemctl start libvirtd`), and check that you may use it.',
  ],
  [
    /no space left on device/i,
    'The disk is full. Free some space where Vagrant keeps boxes and its provider keeps disks.',
  ],
  [
    /timed out while waiting for the machine to boot|waiting for domain to get an ip/i,
    'The machine did not come up. Look at its screen with the tools of its provider, or raise `config.vm.boot_timeout` in a Vagrantfile in "template".',
  ],
];

/** A call of Vagrant that did not end well. */
export function commandFailure(
  command: string,
  { exitCode, signal }: { readonly exitCode: number | undefined; readonly signal?: string },
  complaint: string,
): Failure {
  const lines = complaint.split('\n').filter((line) => line.trim() !== '');
  const how = signal === undefined ? `exit code ${exitCode}` : `signal ${signal}`;
  const known = advice.find(([pattern]) => pattern.test(complaint))?.[1];
  return new Failure({
    summary: `${command} failed: ${lines[0]?.trim() ?? how}`,
    detail: [
      ...(lines.length > 1 ? [complaint] : []),
      known ?? 'This is what Vagrant said; run the same command by hand to see more.',
    ].join('\n'),
  });
}

/** Vagrant is not installed. */
export function noVagrant(cause: unknown): Failure {
  return new Failure({
    summary: "Can't find Vagrant binary!",
    detail:
      'Install Vagrant (Debian: `apt-get install vagrant`), or check that the folder it is in is part of PATH.',
    cause,
  });
}

/** Vagrant is too old. */
export function oldVagrant(version: string): Failure {
  return new Failure({
    summary: `installed Vagrant version must be >=2.0.2, and it is ${version}`,
    detail: 'Install a newer Vagrant.',
  });
}

/** A provider wants a program that is not installed. */
export function missingProgram(provider: string, program: string): Failure {
  const isGuestfs = program.startsWith('virt-');
  return new Failure({
    summary: `There is no program "${program}", which the provider "${provider}" needs`,
    detail: isGuestfs
      ? 'It packs the machine. Install it (Debian: `apt-get install guestfs-tools`), or set "skip_package = true".'
      : 'Install it, or check that the folder it is in is part of PATH.',
  });
}

/** A provider's plugin is not installed. */
export function missingPlugin(provider: string, plugin: string): Failure {
  return new Failure({
    summary: `Vagrant has no provider "${provider}": its plugin ${plugin} is not installed`,
    detail: `Install it (\`vagrant plugin install ${plugin}\`; Debian has some as packages: \`apt-get install ${plugin}\`), or set "provider" to another one.`,
  });
}

/** A folder cannot go, since only Vagrant in it can destroy a machine. */
export function machineIsThere(folder: string, machine: string): Failure {
  return new Failure({
    summary: `Vagrant has a machine "${machine}" in ${folder}: "vagrant destroy ${machine}" there destroys it; then remove the folder`,
  });
}

/** Vagrant does not say how the machine is reached. */
export function noSshAccess(reason: string, cause?: unknown): Failure {
  return new Failure({
    summary: `Vagrant does not say how to reach the machine: ${reason}`,
    detail:
      'The machine must be called "source" in the Vagrantfile, and Vagrant must reach it over SSH.',
    cause,
  });
}

/** Vagrant said that all went well, and it did not. */
export function noBoxMade(path: string): Failure {
  return new Failure({
    summary: `Vagrant reported success, but there is no box at ${path}`,
    detail:
      'Look for what its provider said above: some go on when a program that they pack with has failed. "skip_package = true" makes no box.',
  });
}

/** The new box is not whole. */
export function brokenBox(path: string, reason: string): Failure {
  return new Failure({
    summary: `The box at ${path} is of no use: ${reason}`,
    detail:
      'Look for what the provider said above, and check that no disk is full where Vagrant works.',
  });
}

/** What a killed run has left at a service could not be removed. */
export function stillPublished(reason: string, login: string): Failure {
  return new Failure({
    summary: `The service did not remove it: ${reason}`,
    detail: `Set ${login} in the environment to those of somebody who may, or remove it there; "bake cleanup -forget" then takes it off the list.`,
  });
}
