import type { ProviderInfo } from '../api/chat-api.js';
import { replaceUser } from '../state/identity.js';
import type { SessionSettings } from '../state/session-settings.js';
import type { Announcer } from './announcer.js';
import { copyText } from './clipboard.js';
import { byId, h } from './element.js';

/** Settings of the session shown, and of this browser. Every change holds at once; closing the dialog only closes it. */
export class SettingsDialog {
  readonly #dialog = byId('settings', HTMLDialogElement);
  readonly #system = byId('setting-system', HTMLTextAreaElement);
  readonly #provider = byId('setting-provider', HTMLSelectElement);
  readonly #model = byId('setting-model', HTMLInputElement);
  readonly #temperature = byId('setting-temperature', HTMLInputElement);
  readonly #length = byId('setting-length', HTMLInputElement);
  readonly #user = byId('setting-user', HTMLInputElement);
  readonly #userNote = byId('setting-user-note', HTMLElement);
  readonly #announce = byId('setting-announce', HTMLInputElement);

  constructor(
    private readonly settings: SessionSettings,
    private readonly userId: string,
    announcer: Announcer,
  ) {
    byId('open-settings', HTMLButtonElement).addEventListener('click', () => this.#open());
    byId('close-settings', HTMLButtonElement).addEventListener('click', () => this.#dialog.close());
    for (const field of [this.#system, this.#provider, this.#model, this.#temperature, this.#length]) {
      field.addEventListener('change', () => this.#write());
    }
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
    this.#user.value = this.userId;
    this.#userNote.textContent = '';
    this.#dialog.showModal();
  }

  #write(): void {
    const temperature = this.#temperature.validity.valid ? this.#temperature.valueAsNumber : NaN;
    const length = this.#length.validity.valid ? this.#length.valueAsNumber : NaN;
    this.#model.disabled = this.#provider.value === '';
    this.settings.write({
      provider: this.#provider.value,
      model: this.#model.value.trim(),
      system_prompt: this.#system.value,
      ...(Number.isNaN(temperature) ? {} : { temperature }),
      ...(Number.isNaN(length) ? {} : { max_tokens: length }),
    });
  }

  async #copyUser(): Promise<void> {
    this.#userNote.textContent = (await copyText(this.#user.value)) ? 'Copied.' : 'Copying is not allowed here.';
  }

  #replaceUser(): void {
    const id = this.#user.value.trim();
    if (id === this.userId) this.#userNote.textContent = 'That is the id you have.';
    else if (replaceUser(id)) location.replace('/');
    else {
      this.#userNote.textContent =
        'An id has 1 to 128 letters, digits or . _ : @ | + = ~ - and begins with a letter or digit.';
    }
  }
}
