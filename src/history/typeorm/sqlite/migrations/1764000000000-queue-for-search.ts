import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { indexQueued } from '../sqlite-search.js';

/** Messages wait here for their place in the index: adding a hundred at once costs a fraction of one by one. */
export class QueueForSearch1764000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const seq = { name: 'seq', type: 'integer', isPrimary: true };
    const toMessage = { columnNames: ['seq'], referencedTableName: 'messages', referencedColumnNames: ['seq'] };
    const foreignKeys = [{ ...toMessage, onDelete: 'CASCADE' }];
    await queryRunner.createTable(new Table({ name: 'search_queue', columns: [seq], foreignKeys }));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    while (await indexQueued(queryRunner.manager));
    await queryRunner.dropTable('search_queue');
  }
}
