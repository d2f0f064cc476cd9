import { copyText } from './clipboard.js';
import { iconButton, iconOf } from './element.js';

const SHOWN_MS = 1_600;

/** A button that copies what `source` gives when pressed, and says whether it did. */
export function copyButton(label: string, source: () => string): HTMLButtonElement {
  const button = iconButton('copy', label);
  const show = (icon: 'copy' | 'check', name: string): void => {
    button.replaceChildren(iconOf(icon));
    button.setAttribute('aria-label', name);
    button.title = name;
  };
  button.addEventListener('click', () => {
    void copyText(source()).then((copied) => {
      show(copied ? 'check' : 'copy', copied ? 'Copied' : 'Copying is not allowed here');
      setTimeout(() => show('copy', label), SHOWN_MS);
    });
  });
  return button;
}
