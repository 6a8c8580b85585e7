const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const key = `(key/)?(${uuid}|mrk-[0-9a-f]{32})`;
const alias = 'alias/[a-zA-Z0-9:/_-]{1,250}';
const pattern = new RegExp(
  `^((arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:(key/(${uuid}|mrk-[0-9a-f]{32})|${alias}))|${key}|${alias})$`,
  'i',
);

/** Whether it looks like the ID, alias or ARN of a key ("KmsKeyId" in AWS's API reference, "CopyImage"). */
export function isKmsKey(text: string): boolean {
  return pattern.test(text);
}
