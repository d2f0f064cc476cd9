import type { ProviderInfo } from '../api/chat-api.js';
import { currentUser, replaceUser } from '../state/identity.js';
import type { SessionSettings } from '../state/session-settings.js';
import type { Announcer } from './announcer.js';
import { copyText } from './clipboard.js';
import { CheckedField } from './checked-field.js';
import { byId, h } from './element.js';

/**
 * Settings of the session shown, and of this browser. Every change holds at once; closing the dialog only closes it. What
 * the service would refuse is never kept: in its place stays what was kept before.
 */
export class SettingsDialog {
  readonly #dialog = byId('settings', HTMLDialogElement);
  readonly #system = byId('setting-system', HTMLTextAreaElement);
  readonly #provider = byId('setting-provider', HTMLSelectElement);
  readonly #model = new CheckedField('setting-model');
  readonly #temperature = new CheckedField('setting-temperature');
  readonly #length = new CheckedField('setting-length');
  readonly #user = byId('setting-user', HTMLInputElement);
  readonly #userNote = byId('setting-user-note', HTMLElement);
  readonly #announce = byId('setting-announce', HTMLInputElement);

  constructor(
    private readonly settings: SessionSettings,
    announcer: Announcer,
  ) {
    byId('open-settings', HTMLButtonElement).addEventListener('click', () => this.#open());
    byId('close-settings', HTMLButtonElement).addEventListener('click', () => this.#close());
    byId('chat-settings', HTMLElement).addEventListener('change', () => this.#write());
    byId('copy-user', HTMLButtonElement).addEventListener('click', () => void this.#copyUser());
    byId('replace-user', HTMLButtonElement).addEventListener('click', () => this.#replaceUser());
    this.#announce.checked = announcer.readsAnswers;
    this.#announce.addEventListener('change', () => (announcer.readsAnswers = this.#announce.checked));
  }

  /** The providers that a session may be pinned to. */
  set providers(providers: readonly ProviderInfo[]) {
    const options = providers.map(({ name, model }) => h('option', { value: name }, `${name} · ${model}`));
    this.#provider.replaceChildren(h('option', { value: '' }, 'Take turns'), ...options);
  }

  #open(): void {
    const settings = this.settings.read();
    this.#system.value = settings.system_prompt ?? '';
    this.#provider.value = settings.provider ?? '';
    this.#model.value = settings.model ?? '';
    this.#temperature.value = settings.temperature?.toString() ?? '';
    this.#length.value = settings.max_tokens?.toString() ?? '';
    this.#model.disabled = this.#provider.value === '';
    this.#user.value = currentUser();
    this.#userNote.textContent = '';
    this.#dialog.showModal();
  }

  #close(): void {
    const wrong = [this.#model, this.#temperature, this.#length].find((field) => !field.check());
    if (wrong) wrong.focus();
    else this.#dialog.close();
  }

  #write(): void {
    this.#model.disabled = this.#provider.value === '';
    const before = this.settings.read();
    const model = this.#model.isValid ? this.#model.text : before.model;
    const temperature = this.#temperature.isValid ? this.#temperature.number : before.temperature;
    const length = this.#length.isValid ? this.#length.number : before.max_tokens;
    this.settings.write({
      provider: this.#provider.value,
      system_prompt: this.#system.value,
      ...(model === undefined ? {} : { model }),
      ...(temperature === undefined ? {} : { temperature }),
      ...(length === undefined ? {} : { max_tokens: length }),
    });
  }

  async #copyUser(): Promise<void> {
    this.#userNote.textContent = (await copyText(this.#user.value)) ? 'Copied.' : 'Copying is not allowed here.';
  }

  #replaceUser(): void {
    const id = this.#user.value.trim();
    if (id === currentUser()) this.#userNote.textContent = 'That is the id you have.';
    else if (replaceUser(id)) location.replace('/');
    else {
      this.#userNote.textContent =
        'An id has 1 to 128 letters, digits or . _ : @ | + = ~ - and begins with a letter or digit.';
    }
  }
}
