import { Module, type DynamicModule, type ModuleMetadata, type Type } from '@nestjs/common';
import { BlankCheck } from './blank.check.js';
import { BlockedTermsCheck } from './blocked-terms.check.js';
import { SAFETY_CHECKS, type SafetyCheck } from './safety-check.js';
import { SafetyChecks } from './safety-checks.js';
import { SizeCheck } from './size.check.js';

/** To add a check, add its class here. */
const CHECKS: readonly Type<SafetyCheck>[] = [SizeCheck, BlankCheck, BlockedTermsCheck];

/** Exports {@link SafetyChecks}. Needs `APP_CONFIG`. */
@Module(providing(CHECKS))
export class SafetyModule {
  /** The usual checks and, after them, these. */
  static withChecks(...checks: Type<SafetyCheck>[]): DynamicModule {
    return { module: SafetyModule, ...providing([...CHECKS, ...checks]) };
  }
}

function providing(checks: readonly Type<SafetyCheck>[]): ModuleMetadata {
  const list = { provide: SAFETY_CHECKS, useFactory: (...made: SafetyCheck[]) => made, inject: [...checks] };
  return { providers: [...checks, list, SafetyChecks], exports: [SafetyChecks] };
}
