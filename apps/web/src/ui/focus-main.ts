/** Where the keyboard goes on after the page has changed, as after a load. */
export const focusMain = (): void => document.getElementById('main')?.focus({ preventScroll: true });
