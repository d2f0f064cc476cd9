import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';

const text = (name: string): TableColumnOptions => ({ name, type: 'text' });
const integer = (name: string): TableColumnOptions => ({ name, type: 'integer' });
const time = (name: string): TableColumnOptions => ({ name, type: 'bigint' });
const key = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isPrimary: true });
const optional = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isNullable: true });

const toMessage = {
  columnNames: ['message_id'],
  referencedTableName: 'messages',
  referencedColumnNames: ['id'],
  onDelete: 'CASCADE',
};

const sessions = new Table({
  name: 'sessions',
  columns: [
    key(text('user_id')),
    key(text('id')),
    text('title'),
    time('created_at'),
    time('updated_at'),
    integer('message_count'),
    integer('last_seq'),
  ],
  indices: [{ name: 'sessions_by_last_change', columnNames: ['user_id', 'last_seq'] }],
});

const messages = new Table({
  name: 'messages',
  columns: [
    { ...key(integer('seq')), isGenerated: true, generationStrategy: 'increment' },
    text('id'),
    text('user_id'),
    text('session_id'),
    text('role'),
    text('content'),
    text('reasoning'),
    text('status'),
    optional(text('owner')),
    optional(text('provider')),
    optional(text('model')),
    optional(integer('tokens')),
    optional(integer('prompt_tokens')),
    optional(integer('completion_tokens')),
    optional({ name: 'accurate', type: 'boolean' }),
    optional(text('finish_reason')),
    optional(text('error')),
    optional(integer('time_to_first_token_ms')),
    optional(integer('duration_ms')),
    time('created_at'),
  ],
  uniques: [{ columnNames: ['id'] }],
  indices: [
    { name: 'messages_of_session', columnNames: ['user_id', 'session_id', 'seq'] },
    { name: 'messages_streaming', columnNames: ['user_id', 'session_id'], where: `"status" = 'streaming'` },
  ],
  foreignKeys: [
    {
      columnNames: ['user_id', 'session_id'],
      referencedTableName: 'sessions',
      referencedColumnNames: ['user_id', 'id'],
      onDelete: 'CASCADE',
    },
  ],
});

const segments = new Table({
  name: 'segments',
  columns: [key(text('message_id')), key(text('kind')), key(integer('at')), text('text'), time('stored_at')],
  foreignKeys: [toMessage],
});

const attempts = new Table({
  name: 'attempts',
  columns: [
    key(text('message_id')),
    key(integer('n')),
    text('provider'),
    text('model'),
    text('reason'),
    optional(text('from_provider')),
    optional(text('from_code')),
    integer('text_from'),
    integer('reasoning_from'),
    text('outcome'),
    optional(text('code')),
    optional(integer('tokens')),
    optional(integer('prompt_tokens')),
    optional(integer('completion_tokens')),
    optional(text('source')),
    time('started_at'),
    optional(time('ended_at')),
  ],
  foreignKeys: [toMessage],
});

const idempotencyKeys = new Table({
  name: 'idempotency_keys',
  columns: [key(text('user_id')), key(text('key')), text('fingerprint'), text('message_id'), time('created_at')],
  indices: [{ name: 'idempotency_keys_by_age', columnNames: ['created_at'] }],
  foreignKeys: [toMessage],
});

const tables = [sessions, messages, segments, attempts, idempotencyKeys];

export class CreateHistory1763800000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const table of tables) await queryRunner.createTable(table);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of tables.toReversed()) await queryRunner.dropTable(table);
  }
}
