import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';
import { createSchemaVersion, dropSchemaVersion } from '../schema-version.js';

const keysOfMessage = new TableIndex({ name: 'idempotency_keys_of_message', columnNames: ['message_id'] });

/**
 * Which Rondo can use the schema, and a row to find out by whether there is room for more. The index: deleting a message
 * looks for its key.
 */
export class RecordVersion1764050000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await createSchemaVersion(queryRunner, '0.1.0');
    await queryRunner.query('CREATE TABLE "write_probe" ("id" integer PRIMARY KEY NOT NULL, "filler" blob NOT NULL)');
    await queryRunner.createIndex('idempotency_keys', keysOfMessage);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropIndex('idempotency_keys', keysOfMessage);
    await queryRunner.query('DROP TABLE "write_probe"');
    await dropSchemaVersion(queryRunner);
  }
}
