import {
  decodeValue,
  type EncodedValue,
  elementsOf,
  encodeValue,
  markSensitive,
  stringValue,
  type Value,
} from '@bake/hcl';
import { Redactor } from '../events/redact.ts';
import type { Plan } from './plan.ts';

/** A text as one of a plan's secrets. */
export function secretText(text: string): EncodedValue {
  return encodeValue(markSensitive(stringValue(text)));
}

/** A redactor that knows a plan's secrets. */
export function redactorOf(secrets: Plan['secrets']): Redactor {
  const redactor = new Redactor();
  for (const secret of secrets) addTexts(decodeValue(secret), redactor);
  return redactor;
}

/** Every text inside a secret is one; numbers and bools would only black out ordinary output. */
function addTexts(value: Value, redactor: Redactor): void {
  if (value.kind === 'string') redactor.add(value.value);
  for (const element of elementsOf(value)) addTexts(element, redactor);
}

/** A redactor that knows the parts of a value that are marked as sensitive. */
export function redactorOfMarked(value: Value): Redactor {
  const redactor = new Redactor();
  const visit = (part: Value): void => {
    if (part.sensitive) addTexts(part, redactor);
    else for (const element of elementsOf(part)) visit(element);
  };
  visit(value);
  return redactor;
}
