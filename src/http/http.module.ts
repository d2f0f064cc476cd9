import { Global, Module } from '@nestjs/common';
import { WorkBudget } from './work-budget.js';

/** What requests have in common beyond http.setup.ts. */
@Global()
@Module({ providers: [WorkBudget], exports: [WorkBudget] })
export class HttpModule {}
