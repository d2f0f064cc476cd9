import type { ChildProcess } from 'node:child_process';

/** What a helper process can be asked for: each takes one argument that survives JSON, and so does its answer. */
type Handlers = Record<string, (argument: never) => unknown>;

interface Call {
  id: number;
  method: string;
  argument: unknown;
}

interface Reply {
  id: number;
  result?: unknown;
  error?: string;
}

/** Answers the parent process's calls with these handlers, for as long as the parent is there. */
export function serveParent(handlers: Handlers): void {
  process.on('message', (call: Call) => {
    void answer(handlers, call).then((reply) => process.send?.(reply));
  });
  process.on('disconnect', () => process.exit(0));
}

async function answer(handlers: Handlers, { id, method, argument }: Call): Promise<Reply> {
  try {
    return { id, result: await handlers[method]?.(argument as never) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** The parent's side of {@link serveParent}. */
export class ChildCalls {
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #calls = 0;

  constructor(
    private readonly name: string,
    private readonly child: ChildProcess,
  ) {
    child.on('message', (reply: Reply) => this.#settle(reply));
    child.on('exit', (code) => this.#fail(new Error(`the ${name} process ended (code ${code ?? 'none'})`)));
  }

  /** @throws Error what the handler threw, or that the process ended */
  call<Result>(method: string, argument: unknown): Promise<Result> {
    const settled = Promise.withResolvers<unknown>();
    const id = this.#calls++;
    this.#waiting.set(id, settled);
    this.child.send({ id, method, argument } satisfies Call);
    return settled.promise as Promise<Result>;
  }

  #settle({ id, result, error }: Reply): void {
    const settled = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) settled?.resolve(result);
    else settled?.reject(new Error(`${this.name}: ${error}`));
  }

  #fail(error: Error): void {
    for (const settled of this.#waiting.values()) settled.reject(error);
    this.#waiting.clear();
  }
}
