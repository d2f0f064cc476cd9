import { Logger, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { Metrics } from '../metrics/metrics.js';
import { HistoryStore } from './history-store.js';
import { HistoryWriter } from './history-writer.js';
import { DatabaseWatch } from './typeorm/database-watch.js';
import { dialectOf } from './typeorm/dialects.js';
import { HistoryDatabase } from './typeorm/history-database.js';
import { TypeOrmHistoryStore } from './typeorm/typeorm-history-store.js';
import { WriteHealth } from './write-health.js';

/** The record of all sessions. Start fails with a `DatabaseStartError` where `DATABASE_URL` can't be used. */
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [APP_CONFIG],
      // Trying again would only print a stack trace per try: what waiting can cure, opening already waits for.
      useFactory: ({ databaseUrl }: AppConfig) => ({
        ...dialectOf(databaseUrl).dataSourceOptions(databaseUrl),
        toRetry: () => false,
      }),
      dataSourceFactory: openDataSource,
    }),
  ],
  providers: [
    {
      provide: HistoryDatabase,
      inject: [DataSource, Metrics],
      useFactory: async (writer: DataSource, metrics: Metrics) =>
        new HistoryDatabase(await dialectOf(writer.options.type).openDatabase(writer), new WriteHealth(metrics)),
    },
    {
      provide: HistoryStore,
      inject: [HistoryDatabase],
      useFactory: (database: HistoryDatabase) => new TypeOrmHistoryStore(database),
    },
    HistoryWriter,
  ],
  exports: [HistoryStore, HistoryWriter],
})
export class HistoryModule implements OnModuleInit, OnApplicationShutdown {
  readonly #logger = new Logger(HistoryModule.name);

  readonly #watch: DatabaseWatch;

  constructor(
    private readonly database: HistoryDatabase,
    private readonly store: HistoryStore,
  ) {
    this.#watch = new DatabaseWatch(database, store);
  }

  async onModuleInit(): Promise<void> {
    const interrupted = await this.store.recoverAbandoned();
    if (interrupted > 0) this.#logger.log({ interrupted }, 'ended answers whose process is gone');
    this.#watch.start();
  }

  /** Runs after the hooks of its providers: what the writer still had is written. */
  async onApplicationShutdown(): Promise<void> {
    this.#watch.stop();
    await this.database.close();
  }
}

function openDataSource(options: DataSourceOptions | undefined): Promise<DataSource> {
  if (options === undefined) throw new Error('no data source was configured');
  return dialectOf(options.type).openDataSource(options);
}
