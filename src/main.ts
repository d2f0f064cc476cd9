// Nothing that an older Node lacks may be imported before this, by name neither: it would say so less clearly.
const NEEDED_NODE = 24;
if (Number(process.versions.node.split('.')[0]) < NEEDED_NODE) {
  process.stderr.write(
    `Rondo needs Node ${NEEDED_NODE} or newer, this is ${process.version}. ` +
      'Run it by `npm start`, which brings its own Node, or install a newer one.\n',
  );
  process.exit(1);
}
const HELP = `usage: node dist/main.js

Starts Rondo. Environment variables and the file .env configure it; README.md and .env.example name them all.

  --help     shows this
  --version  shows the version
`;
const { operandsOf, refuse } = await import('./command-line.js');
const operands = operandsOf(process.argv.slice(2), HELP);
if (operands !== undefined && operands.length > 0)
  refuse(`${JSON.stringify(operands[0])}: it takes no arguments`, HELP);
else if (operands !== undefined) {
  // What is written here holds people's messages: only this account may read it.
  process.umask(0o077);
  const { start } = await import('./app.start.js');
  await start();
}
