import { Module } from '@nestjs/common';
import { ThrottlerModule, type ThrottlerModuleOptions, type ThrottlerOptions } from '@nestjs/throttler';
import { APP_CONFIG, type AppConfig, type LimitsConfig } from '../config/app-config.js';
import { isId } from '../wire/ids.js';
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
    // Guards run before validation, which refuses the rest.
    skipIf: (context) => claimedUser(context.switchToHttp().getRequest<unknown>()) === undefined,
    getTracker: (request) => claimedUser(request) ?? '',
  };
  const address: ThrottlerOptions[] =
    perAddress === undefined ? [] : [{ name: 'address', limit: perAddress, ttl: windowMs }];
  return { storage: new WindowStorage(), setHeaders: false, throttlers: [...address, user] };
}

/** The body's `user_id`, if it may be one: nothing else becomes a key in memory. */
function claimedUser(request: unknown): string | undefined {
  const body = property(request, 'body');
  const userId = property(body, 'user_id');
  return isId(userId) ? userId : undefined;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
