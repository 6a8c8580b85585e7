/** Templates for builds of `null` that log in to an sshd on loopback. */

/**
 * `builds` sources named `s0`, `s1` and so on, which all get `provisioners`. The key is the file `key` beside the
 * template; `option` is one more line for the sources.
 */
export function nullTemplate({ host, port, username }, builds, provisioners, option = '') {
  const names = Array.from({ length: builds }, (_, number) => `s${number}`);
  const sources = names.map(
    (name) => `source "null" "${name}" {
  ssh_host             = "${host}"
  ssh_port             = ${port}
  ssh_username         = "${username}"
  ssh_private_key_file = "key"
  ${option}
}
`,
  );
  const list = names.map((name) => `"null.${name}"`).join(', ');
  return `${sources.join('')}
build {
  sources = [${list}]
${provisioners}
}
`;
}

/** So many shell provisioners that do next to nothing. */
export function shells(count) {
  return Array.from(
    { length: count },
    (_, number) => `  provisioner "shell" {\n    inline = ["echo ${number}"]\n  }`,
  ).join('\n');
}

/**
 * A shell, a file and a shell provisioner; what they write goes below `folder`, in one folder for each build. Scripts
 * have a name for each build: Packer's own has four digits, which two of a hundred builds will share.
 */
export function threeProvisioners(folder) {
  const place = `${folder}/$PACKER_BUILD_NAME`;
  return `  provisioner "shell" {
    remote_path = "${folder}-\${source.name}.sh"
    inline      = ["mkdir ${place}", "echo first > ${place}/a"]
  }
  provisioner "file" {
    source      = "payload"
    destination = "${folder}/{{build_name}}/payload"
  }
  provisioner "shell" {
    remote_path = "${folder}-\${source.name}.sh"
    inline      = ["cat ${place}/payload >> ${place}/a", "chmod 600 ${place}/a"]
  }`;
}
