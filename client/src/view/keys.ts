/** Whether there is nothing but a touch keyboard: its Enter makes a new line, as there is no Shift to hold. */
export const touchOnly = matchMedia('(pointer: coarse) and (not (any-pointer: fine))');

/** What keydown reports as its code while an input method has the key. */
const INPUT_METHOD = 229;

/**
 * Whether a key belongs to the typing of a word (Chinese, Japanese, …) and is not meant for the page. Safari ends the
 * composition before it reports the key that ended it, and then only the code tells, which has no newer name.
 */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || Reflect.get(event, 'keyCode') === INPUT_METHOD;
}
