import { describe, expect, it } from '@jest/globals';
import { Draining } from '../../../src/lifecycle/draining.js';

describe('the life of the process', () => {
  it('is ready from listening until draining', () => {
    const lifecycle = new Draining();
    expect([lifecycle.ready, lifecycle.draining]).toEqual([false, false]);
    lifecycle.markReady();
    expect([lifecycle.ready, lifecycle.draining]).toEqual([true, false]);
    lifecycle.begin();
    expect([lifecycle.ready, lifecycle.draining]).toEqual([false, true]);
  });

  it('never becomes ready where draining began first', () => {
    const lifecycle = new Draining();
    lifecycle.begin();
    lifecycle.markReady();
    expect(lifecycle.ready).toBe(false);
  });
});
