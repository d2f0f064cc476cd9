import { Injectable } from '@nestjs/common';

/** How many waiting answers ask a provider at once while nothing is known of it. */
const NARROWEST = 4;
const WIDEST = 256;

interface Door {
  width: number;
  inside: number;
}

/** One waiting answer that asks a provider. Both calls may be repeated. */
export interface Visit {
  /** The provider has started to answer: it gets one more at once. */
  spoke(): void;
  /** It no longer waits for the provider's first token. */
  leave(): void;
}

/**
 * Paces answers that wait for providers to recover. Few of them ask a provider at once, and each first token admits one
 * more. So their number doubles with every round trip of a healthy provider, and an unhealthy one is spared. New questions
 * are not paced.
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
