import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Messages whose place another version took stay, out of sight: `replaced_by` is the message that took it, `version_of`
 * the first message that stood there. The index serves what stands (`replaced_by` is null) and one branch of it alike.
 */
export class KeepVersions1763900000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE "messages" ADD COLUMN "version_of" text');
    await queryRunner.query('ALTER TABLE "messages" ADD COLUMN "replaced_by" text');
    await queryRunner.query('DROP INDEX "messages_of_session"');
    await queryRunner.query(
      'CREATE INDEX "messages_of_session" ON "messages" ("user_id", "session_id", "replaced_by", "seq")',
    );
    await queryRunner.query(
      'CREATE INDEX "messages_versions" ON "messages" ("version_of") WHERE "version_of" IS NOT NULL',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX "messages_versions"');
    await queryRunner.query('DROP INDEX "messages_of_session"');
    await queryRunner.query('ALTER TABLE "messages" DROP COLUMN "replaced_by"');
    await queryRunner.query('ALTER TABLE "messages" DROP COLUMN "version_of"');
    await queryRunner.query('CREATE INDEX "messages_of_session" ON "messages" ("user_id", "session_id", "seq")');
  }
}
