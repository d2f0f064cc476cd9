/** Copies `text` exactly. False where the browser does not let us. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** The modern way works only in secure contexts, which plain HTTP on a local network is not. */
function copyBySelection(text: string): boolean {
  const field = document.createElement('textarea');
  const focused = document.activeElement;
  field.value = text;
  field.className = 'visually-hidden';
  document.body.append(field);
  field.select();
  // The only way there, long deprecated and without a newer name.
  const command: unknown = Reflect.get(document, 'execCommand');
  const copied = typeof command === 'function' && Reflect.apply(command, document, ['copy']) === true;
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}
