import type { Router } from 'express';

/** Every route that an Express application answers, as `GET /history/{id}`; middleware for all paths is none. */
export function routesOf({ stack }: Router): string[] {
  return stack.flatMap(({ route }) => {
    // Its type has one path; Express takes a list, too.
    const paths = [route?.path ?? []].flat();
    const methods = new Set(route?.stack.map(({ method }) => method.toUpperCase()));
    return paths
      .filter((path) => !path.includes('*'))
      .flatMap((path) => [...methods].map((method) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`));
  });
}
