import type { BootAction, BootKey } from './parse-boot-command.ts';
import { pause } from './pause.ts';

/** A machine's keyboard, reached by VNC, QMP or whatever a hypervisor has. */
export interface Keyboard {
  /** Presses a key (`true`) or lets it go. Rejects with a `Failure` when it cannot be sent. */
  send(key: BootKey, isDown: boolean): Promise<void>;
  /** Ends the connection; never rejects. */
  close(): Promise<void>;
}

/** How to type. */
export interface Typing {
  /** Milliseconds after each key is pressed and after it is let go. */
  readonly keyInterval: number;
  readonly signal: AbortSignal;
}

/** Characters that need the shift key on a keyboard for the United States, beside capital letters. */
const shifted = '~!@#$%^&*()_+{}|:"<>?';

/** Whether a key is typed with the shift key held. */
export function needsShift(key: BootKey): boolean {
  return (
    key.kind === 'character' && (shifted.includes(key.character) || /^\p{Lu}$/u.test(key.character))
  );
}

/** Types at keyboards, and knows which shift keys are held meanwhile. */
export class Typist {
  readonly #keyboard: Keyboard;
  readonly #typing: Typing;
  readonly #heldShifts = new Set<string>();

  constructor(keyboard: Keyboard, typing: Typing) {
    this.#keyboard = keyboard;
    this.#typing = typing;
  }

  /** Does what a boot command says. Rejects with the signal's reason when it is cancelled. */
  async type(actions: readonly BootAction[]): Promise<void> {
    for (const action of actions) {
      this.#typing.signal.throwIfAborted();
      if (action.kind === 'wait') await pause(action.milliseconds, this.#typing.signal);
      else await this.#act(action);
    }
  }

  async #act({ key: given, action }: BootAction & { readonly kind: 'key' }): Promise<void> {
    const key = this.#heldShifts.size > 0 ? capital(given) : given;
    // No key types a line break of a heredoc, say; Packer's way to the machine drops it, too.
    if (key.kind === 'character' && /^\p{Cc}$/u.test(key.character)) return;
    const shift: BootKey = { kind: 'special', name: 'leftshift' };
    // A shift key that the template holds stays held: letting ours go would let go of that one.
    const withShift = needsShift(key) && this.#heldShifts.size === 0;
    if (withShift && action !== 'release') await this.#send(shift, true);
    if (action !== 'release') await this.#send(key, true);
    if (action !== 'hold') await this.#send(key, false);
    if (withShift && action !== 'hold') await this.#send(shift, false);
    if (key.kind === 'special' && key.name.endsWith('shift')) this.#note(key.name, action);
  }

  #note(name: string, action: string): void {
    if (action === 'hold') this.#heldShifts.add(name);
    else this.#heldShifts.delete(name);
  }

  async #send(key: BootKey, isDown: boolean): Promise<void> {
    await this.#keyboard.send(key, isDown);
    await pause(this.#typing.keyInterval, this.#typing.signal);
  }
}

/** What a key gives with shift held: QEMU presses caps lock when it is told of a small letter then. */
function capital(key: BootKey): BootKey {
  if (key.kind === 'special') return key;
  const character = key.character.toUpperCase();
  return character.length === key.character.length ? { ...key, character } : key;
}
