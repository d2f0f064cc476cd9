import { getProviders, type ProviderInfo } from '../api/chat-api.js';
import { SessionSettings } from '../state/session-settings.js';
import type { Announcer } from '../view/announcer.js';
import { ProviderPicker } from '../view/provider-picker.js';
import { SettingsDialog } from '../view/settings-dialog.js';

/** The settings of the session that is shown, beside the message box and in their dialog, and who may be asked. */
export class SettingsPanel {
  readonly settings: SessionSettings;
  readonly #picker: ProviderPicker;
  readonly #dialog: SettingsDialog;
  #providers: readonly ProviderInfo[] = [];

  constructor(sessionId: () => string, announcer: Announcer) {
    this.settings = new SessionSettings(sessionId, () => this.show());
    this.#picker = new ProviderPicker(this.settings);
    this.#dialog = new SettingsDialog(this.settings, announcer);
  }

  /** The names of those who could answer. */
  get providers(): string[] {
    return this.#providers.map(({ name }) => name);
  }

  /** Shows the choice of the session that is shown now. */
  show(): void {
    this.#picker.show();
  }

  async loadProviders(): Promise<void> {
    try {
      this.#providers = await getProviders();
      this.#dialog.providers = this.#providers;
      this.#picker.providers = this.#providers;
    } catch {
      // Without the list the providers take turns, as they do anyway.
    }
  }
}
