import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How long each attempt's provider took to its first token. */
export class TimeAttempts1764100000000 implements MigrationInterface {
  // By plain SQL, as in KeepCosts1763850000000.
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE "attempts" ADD COLUMN "time_to_first_token_ms" integer');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE "attempts" DROP COLUMN "time_to_first_token_ms"');
  }
}
