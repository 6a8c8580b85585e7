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
