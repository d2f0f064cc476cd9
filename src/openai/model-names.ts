import { Injectable } from '@nestjs/common';
import { ProblemException } from '../http/problem.exception.js';
import { ProviderTracker } from '../providers/routing/provider-tracker.js';
import { MODEL_PATTERN } from '../wire/ids.js';

/** The model that stands for all providers, in rotation. */
const ROTATION = 'rondo';

/** The provider to ask; without one, whichever is next. */
export interface Pin {
  readonly provider?: string;
  /** Replaces the provider's configured model. */
  readonly model?: string;
}

export interface NamedModel {
  readonly name: string;
  /** `rondo`, or the provider's name. */
  readonly owner: string;
}

/** The names that callers may write as `model`: `rondo`, `PROVIDER` or `PROVIDER/MODEL`. */
@Injectable()
export class ModelNames {
  constructor(private readonly tracker: ProviderTracker) {}

  /** The rotation, then each provider and its configured model. */
  list(): NamedModel[] {
    const models = this.tracker.list().flatMap(({ name, model }) => [
      { name, owner: name },
      { name: `${name}/${model}`, owner: name },
    ]);
    return [{ name: ROTATION, owner: ROTATION }, ...models];
  }

  /** @throws ProblemException 404 (`model_not_found`) where no provider of that name is configured */
  find(name: string): NamedModel & Pin {
    if (name === ROTATION) return { name, owner: ROTATION };
    const [provider = '', ...rest] = name.split('/');
    const model = rest.join('/');
    const known = this.tracker.find(provider) !== undefined;
    if (known && rest.length === 0) return { name, owner: provider, provider };
    if (known && MODEL_PATTERN.test(model)) return { name, owner: provider, provider, model };
    throw unknownModel(`There is no such model here. There are: ${this.#names()}, and PROVIDER/MODEL for any other.`);
  }

  #names(): string {
    return this.list()
      .map(({ name }) => `\`${name}\``)
      .join(', ');
  }
}

/** 404 `model_not_found`. */
export function unknownModel(detail: string): ProblemException {
  return new ProblemException({ status: 404, code: 'not_found', detail, errors: [{ path: 'model', message: detail }] });
}
