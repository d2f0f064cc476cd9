import { describe, expect, it } from '@jest/globals';
import { Lifecycle } from '../../../src/lifecycle/lifecycle.js';

describe('the process', () => {
  it('is ready from listening until it drains', () => {
    const lifecycle = new Lifecycle();
    expect([lifecycle.ready, lifecycle.draining]).toEqual([false, false]);
    lifecycle.markReady();
    expect([lifecycle.ready, lifecycle.draining]).toEqual([true, false]);
    lifecycle.drain();
    expect([lifecycle.ready, lifecycle.draining]).toEqual([false, true]);
  });

  it('never becomes ready once it drains', () => {
    const lifecycle = new Lifecycle();
    lifecycle.drain();
    lifecycle.markReady();
    expect(lifecycle.ready).toBe(false);
  });
});
