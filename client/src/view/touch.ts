/** Whether there is nothing but a touch keyboard: its Enter makes a new line, as there is no Shift to hold. */
export const touchOnly = matchMedia('(pointer: coarse) and (not (any-pointer: fine))');
