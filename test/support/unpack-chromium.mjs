// Unpacks the Chromium that npm carries, the libraries and the fonts it needs, into TMPDIR, and prints the program's path.
// A process of its own, because the package reads these variables when it is loaded.
const { default: chromium } = await import('@sparticuz/chromium');
console.log(await chromium.executablePath());
