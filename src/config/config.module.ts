import { Global, Module, type DynamicModule } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from './app-config.js';
import { ConfigError } from './config-error.js';
import { withEnvFile } from './env-file.js';
import { loadConfig } from './environment.js';
import { readPlainVariables } from './plain-variables.js';
import { Variables } from './variables.js';

/** Provides {@link APP_CONFIG} everywhere. Nothing else in `src` reads `process.env`. */
@Global()
@Module({
  providers: [{ provide: APP_CONFIG, useFactory: configFromEnvironment }],
  exports: [APP_CONFIG],
})
export class ConfigModule {
  /** Provides a configuration that was read or made before. */
  static forRoot(config: AppConfig): DynamicModule {
    return { module: ConfigModule, providers: [{ provide: APP_CONFIG, useValue: config }] };
  }
}

/**
 * The configuration of this process.
 * @throws ConfigError where the service cannot start with it
 */
export function configFromEnvironment(): AppConfig {
  return loadConfig(process.env);
}

/**
 * `DATABASE_URL` alone, for programs that need the database but no provider.
 * @throws ConfigError where it cannot be used
 */
export function databaseUrlFromEnvironment(): string {
  const variables = new Variables(withEnvFile(process.env).values);
  const { DATABASE_URL } = readPlainVariables(variables);
  if (variables.problems.length > 0) throw new ConfigError(variables.problems);
  return DATABASE_URL;
}
