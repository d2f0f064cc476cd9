export interface Task {
  cancel(): void;
}

/** Calls back in a task of its own, after what already waits, as soon as a timer could not. */
function afterEvents(callback: () => void): Task {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    callback();
  };
  port2.postMessage(undefined);
  return { cancel: () => port1.close() };
}

/** Calls back in a task of its own before the next frame; Safari has no such order of tasks, and may draw first. */
export function beforeFrame(callback: () => void): void {
  if (typeof scheduler === 'undefined') afterEvents(callback);
  else void scheduler.postTask(callback, { priority: 'user-blocking' });
}

/** Calls back in a task of its own once the next frame was drawn, with the milliseconds which that took. */
export function afterFrame(callback: (cost: number) => void): Task {
  let drawn: Task | undefined;
  const frame = requestAnimationFrame(() => {
    const start = performance.now();
    drawn = afterEvents(() => callback(performance.now() - start));
  });
  return {
    cancel: () => {
      cancelAnimationFrame(frame);
      drawn?.cancel();
    },
  };
}
