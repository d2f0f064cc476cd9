import { Global, Module } from '@nestjs/common';
import { Doors } from './doors.js';
import { WorkBudget } from './work-budget.js';

/** What requests have in common beyond http.setup.ts. */
@Global()
@Module({ providers: [Doors, WorkBudget], exports: [Doors, WorkBudget] })
export class HttpModule {}
