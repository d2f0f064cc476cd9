import { Module } from '@nestjs/common';
import { ThrottlerModule, type ThrottlerModuleOptions, type ThrottlerOptions } from '@nestjs/throttler';
import type { Request } from 'express';
import { APP_CONFIG, type AppConfig, type LimitsConfig } from '../config/app-config.js';
import { claimedUser } from './claimed-user.js';
import { WindowStorage } from './window.storage.js';

/** What `ChatThrottlerGuard` needs; the guard itself is put on the endpoints it limits. */
@Module({
  imports: [
    ThrottlerModule.forRootAsync({
      inject: [APP_CONFIG],
      useFactory: ({ limits }: AppConfig) => throttlerOptions(limits),
    }),
  ],
  exports: [ThrottlerModule],
})
export class LimitsModule {}

function throttlerOptions({ perUser, perAddress, windowMs }: LimitsConfig): ThrottlerModuleOptions {
  const user: ThrottlerOptions = {
    name: 'user',
    limit: perUser,
    ttl: windowMs,
    skipIf: (context) => claimedUser(context.switchToHttp().getRequest<Request>().body) === undefined,
    getTracker: ({ body }) => claimedUser(body) ?? '',
  };
  const address: ThrottlerOptions[] =
    perAddress === undefined ? [] : [{ name: 'address', limit: perAddress, ttl: windowMs }];
  return { storage: new WindowStorage(), setHeaders: false, throttlers: [...address, user] };
}
