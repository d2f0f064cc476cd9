import type { EntityManager } from 'typeorm';

/** The driver's own placeholders for `count` parameters, so that written SQL stays portable. */
export function placeholders(manager: EntityManager, count: number): string[] {
  const { driver } = manager.connection;
  return Array.from({ length: count }, (_, index) => driver.createParameter(`p${index}`, index));
}
