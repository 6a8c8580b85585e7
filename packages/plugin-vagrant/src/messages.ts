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
