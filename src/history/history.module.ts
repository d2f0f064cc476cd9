import { Logger, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { HistoryController } from './history.controller.js';
import { HistoryStore } from './history-store.js';
import { HistoryWriter } from './history-writer.js';
import { SearchController } from './search.controller.js';
import { dataSourceOptions, openDataSource } from './typeorm/sqlite/data-source.js';
import { HistoryDatabase } from './typeorm/history-database.js';
import { TypeOrmHistoryStore } from './typeorm/typeorm-history-store.js';

/** The record of all sessions. Start fails with a `DatabaseStartError` where `DATABASE_URL` can't be used. */
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [APP_CONFIG],
      // Trying again would only print a stack trace per try: what waiting can cure, opening already waits for.
      useFactory: ({ databaseUrl }: AppConfig) => ({ ...dataSourceOptions(databaseUrl), toRetry: () => false }),
      dataSourceFactory: (options) => openDataSource(options as DataSourceOptions),
    }),
  ],
  controllers: [HistoryController, SearchController],
  providers: [
    {
      provide: HistoryDatabase,
      inject: [DataSource],
      useFactory: (writer: DataSource) => HistoryDatabase.over(writer),
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

  constructor(
    private readonly database: HistoryDatabase,
    private readonly store: HistoryStore,
  ) {}

  async onModuleInit(): Promise<void> {
    const interrupted = await this.store.recoverAbandoned();
    if (interrupted > 0) this.#logger.log({ interrupted }, 'ended answers whose process is gone');
  }

  /** Runs after the hooks of its providers: what the writer still had is written. */
  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}
