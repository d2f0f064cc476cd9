import { cpus, release, totalmem, type } from 'node:os';

/** Where and on what it was measured. */
export interface Machine {
  system: string;
  processor: string;
  cores: number;
  memoryGb: number;
  node: string;
}

export function machine(): Machine {
  const processors = cpus();
  return {
    system: `${type()} ${release()}`,
    processor: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
}
