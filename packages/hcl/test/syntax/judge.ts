import { parse } from '@cdktf/hcl2json';

/** What HashiCorp's grammar says about a text. */
export interface Verdict {
  readonly isValid: boolean;
  /** The text as JSON; `undefined` when it is invalid, or valid and without a JSON form. */
  readonly json?: unknown;
  /** The complaints of an invalid text. */
  readonly message?: string;
}

/**
 * Asks the judge. Where it differs from us for reasons of its own, which have nothing to do with grammar:
 *
 * - It fails to turn some valid text into JSON ("convert to HCL: ..."): blocks of one type with labels of
 *   different number, and `-` or `!` before a literal of the wrong type. Such text is valid here, without JSON.
 * - An argument hides a block of the same name, and the last of several equal object keys wins; `hclJson`
 *   does the same.
 * - A part of a directive that is `${null}` alone takes the directive with it, or its `else`, or the JSON.
 * - It knows Unicode 9 and we what Node knows, so letters added since are identifiers for us alone. The
 *   generator uses none.
 */
export async function judge(text: string): Promise<Verdict> {
  try {
    return { isValid: true, json: await parse('x', text) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (message.startsWith('convert to HCL')) return { isValid: true };
    if (message.startsWith('parse config')) return { isValid: false, message };
    throw error;
  }
}
