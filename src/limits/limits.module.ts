import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ThrottlerModule, type ThrottlerModuleOptions } from '@nestjs/throttler';
import { APP_CONFIG, type AppConfig, type LimitsConfig } from '../config/app-config.js';
import { AddressLimitGuard } from './address-limit.guard.js';
import { ConcurrencyGuard } from './concurrency.guard.js';
import { UserLimit } from './user-limit.js';
import { ADDRESS, WindowStorage } from './window.storage.js';

/** Rate limits per address and per user, and slots for expensive requests. */
@Module({
  imports: [
    ThrottlerModule.forRootAsync({
      inject: [APP_CONFIG],
      useFactory: ({ limits }: AppConfig) => throttlerOptions(limits),
    }),
  ],
  providers: [AddressLimitGuard, UserLimit, { provide: APP_GUARD, useClass: ConcurrencyGuard }],
  exports: [AddressLimitGuard, UserLimit],
})
export class LimitsModule {}

function throttlerOptions({ perAddress, windowMs }: LimitsConfig): ThrottlerModuleOptions {
  return {
    storage: new WindowStorage(),
    setHeaders: false,
    throttlers: [{ name: ADDRESS, limit: perAddress ?? 0, ttl: windowMs, skipIf: () => perAddress === undefined }],
  };
}
