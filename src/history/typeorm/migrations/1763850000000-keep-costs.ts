import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whoever comes back to an answer after its end is told the same `usage` as who stayed. */
export class KeepCosts1763850000000 implements MigrationInterface {
  // Not by the query runner's own methods: on SQLite they make the table anew, and dropping the old one would drop all
  // that belongs to its messages.
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE "messages" ADD COLUMN "cost_usd" double precision');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE "messages" DROP COLUMN "cost_usd"');
  }
}
