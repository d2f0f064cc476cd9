// Nothing that an older Node lacks may be imported before this, by name neither: it would say so less clearly.
const NEEDED_NODE = 24;
if (Number(process.versions.node.split('.')[0]) < NEEDED_NODE) {
  process.stderr.write(
    `Rondo needs Node ${NEEDED_NODE} or newer, this is ${process.version}. ` +
      'Run it by `npm start`, which brings its own Node, or install a newer one.\n',
  );
  process.exit(1);
}
const { start } = await import('./app.start.js');
await start();
