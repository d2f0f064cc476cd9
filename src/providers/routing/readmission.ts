import { Injectable } from '@nestjs/common';

/** So many of those who wait ask a provider at once while nothing is known of it. */
const NARROWEST = 4;
const WIDEST = 256;

interface Door {
  width: number;
  inside: number;
}

/** One waiting answer that asks a provider. Both calls may be repeated. */
export interface Visit {
  /** The provider has begun to answer: it takes one more at once. */
  spoke(): void;
  /** It waits for the provider's first token no longer. */
  leave(): void;
}

/**
 * Paces answers that wait for providers to recover. Few of them ask a provider at once; each first token lets one more in,
 * so their number doubles with every round trip of a provider that is well, and a provider that is not is left alone.
 * New questions are not paced.
 */
@Injectable()
export class Readmission {
  readonly #doors = new Map<string, Door>();

  hasRoom(provider: string): boolean {
    const { inside, width } = this.#door(provider);
    return inside < width;
  }

  enter(provider: string): Visit {
    const door = this.#door(provider);
    door.inside++;
    let inside = true;
    const leave = (): void => {
      if (inside) door.inside--;
      inside = false;
    };
    return {
      leave,
      spoke: () => {
        if (inside) door.width = Math.min(door.width + 1, WIDEST);
        leave();
      },
    };
  }

  failed(provider: string): void {
    this.#door(provider).width = NARROWEST;
  }

  /** One per configured provider. */
  #door(provider: string): Door {
    const known = this.#doors.get(provider);
    if (known !== undefined) return known;
    const door = { width: NARROWEST, inside: 0 };
    this.#doors.set(provider, door);
    return door;
  }
}
