/** Fewer characters of base64 are too likely to stand in a text by chance. */
const shortestBase64 = 8;

/** Lines of a secret that are shorter than this, such as the braces of a JSON document, are no secret. */
const shortestLine = 4;

/**
 * The texts by which a secret may show up: itself, its lines (output comes by the line, without blanks at its
 * end), and how programs and components write it down for one another: in JSON, URLs, shell and PowerShell
 * strings, and base64, alone or in the middle of something.
 */
export function secretForms(secret: string): readonly string[] {
  const lines = secret.split(/[\r\n]+/);
  const isMultiLine = lines.length > 1;
  const pieces = lines
    .flatMap((line) => [line, line.trim(), line.trimEnd()])
    .filter((line) => !isMultiLine || line.trim().length >= shortestLine);
  const forms = [secret, ...pieces].flatMap(escapedForms);
  return [...forms, ...base64Forms(secret)].filter((form) => form.trim() !== '');
}

/** Those that are the secret itself are left to the caller's set. */
function escapedForms(text: string): readonly string[] {
  const json = JSON.stringify(text).slice(1, -1);
  return [
    text,
    json,
    // Go escapes these in JSON, too.
    json.replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`),
    ...urlForms(text),
    // Inside of single quotes: in shells, as the provisioner shell writes variables, and in PowerShell.
    text.replaceAll("'", "'\\''"),
    text.replaceAll("'", `'"'"'`),
    text.replaceAll("'", "''"),
    // ... in Puppet, and in Python beside double quotes, which is how Ansible prints.
    text.replaceAll("'", "\\'"),
    text.replace(/[\\']/g, '\\$&'),
    // As Packer escapes variables for PowerShell, and inside of double quotes in shells.
    text.replace(/[`$"']/g, '`$&'),
    text.replace(/[\\`$"]/g, '\\$&'),
  ];
}

function urlForms(text: string): readonly string[] {
  // A half of a surrogate pair cannot be written in a URL.
  if (/\p{Surrogate}/u.test(text)) return [];
  const strict = encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const forms = [encodeURIComponent(text), strict, strict.replaceAll('%20', '+')];
  // As it is in paths.
  return [...forms, ...forms.map((form) => form.replaceAll('%2F', '/'))];
}

/**
 * What base64 makes of the secret wherever it stands in what is encoded: three bytes become four characters,
 * so that there are three ways. Only characters that depend on nothing else are taken. PowerShell encodes
 * UTF-16 (`-EncodedCommand`).
 */
function base64Forms(secret: string): readonly string[] {
  return [Buffer.from(secret), Buffer.from(secret, 'utf16le')].flatMap((bytes) => {
    const inside = [0, 1, 2].map((offset) => {
      const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
      const before = Math.ceil((offset * 8) / 6);
      return text.slice(before, Math.floor(((offset + bytes.length) * 8) / 6));
    });
    const forms = [...inside, bytes.toString('base64')].filter(
      (form) => form.length >= shortestBase64,
    );
    return forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
  });
}
