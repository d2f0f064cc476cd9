/**
 * Prism's grammar files expect a global of this name, and its core would otherwise search the page for code and write
 * HTML into it. Has to be imported before any of them.
 */
Object.assign(globalThis, { Prism: { manual: true, disableWorkerMessageHandler: true } });
