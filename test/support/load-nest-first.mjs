// Jest's ES module loader cannot close the require cycle that CommonJS @nestjs/throttler opens: Nest must be loaded before it.
await import('reflect-metadata');
await import('@nestjs/common');
await import('@nestjs/core');
