import type { ProviderInfo } from '../api/chat-api.js';
import type { SessionSettings } from '../state/session-settings.js';
import { byId, h } from './element.js';

/** Beside the message box: let the providers take turns, or ask one. */
export class ProviderPicker {
  readonly #select = byId('provider', HTMLSelectElement);
  readonly #box = byId('provider-box', HTMLElement);

  constructor(private readonly settings: SessionSettings) {
    this.#select.addEventListener('change', () => {
      const { model: _, provider: __, ...others } = settings.read();
      settings.write({ ...others, ...(this.#select.value === '' ? {} : { provider: this.#select.value }) });
    });
  }

  set providers(providers: readonly ProviderInfo[]) {
    const options = providers.map(({ name }) => h('option', { value: name }, name));
    this.#select.replaceChildren(h('option', { value: '' }, 'Take turns'), ...options);
    this.#box.hidden = providers.length < 2;
    this.show();
  }

  /** The choice of the session that is shown now. */
  show(): void {
    this.#select.value = this.settings.read().provider ?? '';
    // A provider that is not there any more can't be asked.
    if (this.#select.selectedIndex < 0) this.#select.value = '';
  }
}
