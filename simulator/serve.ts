import { startSimulator } from './provider-simulator.js';

/**
 * Runs the simulated providers alone: `node dist/simulator/serve.js [--instant] [--same-answer]`.
 * Prints their base URLs and the control's as one JSON line and stops on SIGINT or SIGTERM.
 */
const flags = new Set(process.argv.slice(2));
const unknown = [...flags].filter((flag) => flag !== '--instant' && flag !== '--same-answer');
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(' ')}; usage: serve.js [--instant] [--same-answer]`);
  process.exit(2);
}

const simulator = await startSimulator({
  pace: flags.has('--instant') ? 'instant' : 'real',
  sameAnswer: flags.has('--same-answer'),
});
const { groq, mistral, deepseek, controlUrl } = simulator;
console.log(
  JSON.stringify({ groq: groq.baseUrl, mistral: mistral.baseUrl, deepseek: deepseek.baseUrl, control: controlUrl }),
);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void simulator.close();
  });
}
