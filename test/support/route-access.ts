import { RequestMethod, type INestApplication, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer, Reflector } from '@nestjs/core';
import { accessOf } from '../../src/identity/access.js';

/** Every route of every controller as `GET /history`, with what `@Access` says of it: `chat, query user_id`. */
export function accessOfRoutes(app: INestApplication): Record<string, string> {
  const modules = [...app.get(ModulesContainer).values()];
  const controllers = modules.flatMap((module) => [...module.controllers.values()]);
  const classes = controllers.flatMap(({ metatype }) => (typeof metatype === 'function' ? [metatype as Type] : []));
  return Object.fromEntries(classes.flatMap((controller) => routesOfController(app.get(Reflector), controller)));
}

function routesOfController(reflector: Reflector, controller: Type<object>): [string, string][] {
  const prototype = controller.prototype as Record<string, () => unknown>;
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((name): [string, string][] => {
    const handler = prototype[name];
    const method = handler && reflector.get<RequestMethod | undefined>(METHOD_METADATA, handler);
    if (handler === undefined || method === undefined) return [];
    const access = accessOf(reflector, { getHandler: () => handler, getClass: <T>() => controller as Type<T> });
    const claim = access?.claim && `, ${access.claim.claim} ${access.claim.field ?? 'user_id'}`;
    const paths = [reflector.get<string | string[]>(PATH_METADATA, handler)].flat();
    const base = reflector.get<string>(PATH_METADATA, controller);
    return paths.map((path) => [
      `${RequestMethod[method]} ${`/${base}/${path}`.replaceAll(/\/+/g, '/').replace(/(.)\/$/, '$1')}`,
      `${access?.level ?? 'none'}${claim ?? ''}`,
    ]);
  });
}
