import { RequestMethod, type INestApplication, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer, Reflector } from '@nestjs/core';
import { accessOf } from '../../src/identity/access.js';
import { AtOnce, type Concurrency } from '../../src/limits/concurrency.js';

interface ControllerRoute {
  /** `GET /history` */
  readonly name: string;
  readonly handler: () => unknown;
  readonly controller: Type<object>;
}

/** Every route of every controller, with what `@Access` says of it: `chat, query user_id`. */
export function accessOfRoutes(app: INestApplication): Record<string, string> {
  const reflector = app.get(Reflector);
  const said = controllerRoutes(app).map(({ name, handler, controller }) => {
    const access = accessOf(reflector, { getHandler: () => handler, getClass: <T>() => controller as Type<T> });
    const claim = access?.claim && `, ${access.claim.claim} ${access.claim.field ?? 'user_id'}`;
    return [name, `${access?.level ?? 'none'}${claim ?? ''}`];
  });
  return Object.fromEntries(said) as Record<string, string>;
}

/** The routes whose requests wait for a slot, with how many slots there are. */
export function concurrencyOfRoutes(app: INestApplication): Record<string, Concurrency> {
  const reflector = app.get(Reflector);
  const bounded = controllerRoutes(app).flatMap(({ name, handler, controller }): [string, Concurrency][] => {
    const bound = reflector.getAllAndOverride<Concurrency | undefined>(AtOnce, [handler, controller]);
    return bound === undefined ? [] : [[name, bound]];
  });
  return Object.fromEntries(bounded);
}

function controllerRoutes(app: INestApplication): ControllerRoute[] {
  const modules = [...app.get(ModulesContainer).values()];
  const controllers = modules.flatMap((module) => [...module.controllers.values()]);
  const classes = controllers.flatMap(({ metatype }) => (typeof metatype === 'function' ? [metatype as Type] : []));
  return classes.flatMap((controller) => routesOfController(app.get(Reflector), controller));
}

function routesOfController(reflector: Reflector, controller: Type<object>): ControllerRoute[] {
  const prototype = controller.prototype as Record<string, () => unknown>;
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((method) => {
    const handler = prototype[method];
    const verb = handler && reflector.get<RequestMethod | undefined>(METHOD_METADATA, handler);
    if (handler === undefined || verb === undefined) return [];
    const base = reflector.get<string>(PATH_METADATA, controller);
    return [reflector.get<string | string[]>(PATH_METADATA, handler)].flat().map((path) => {
      const whole = `/${base}/${path}`.replaceAll(/\/+/g, '/').replace(/(.)\/$/, '$1');
      return { name: `${RequestMethod[verb]} ${whole}`, handler, controller };
    });
  });
}
